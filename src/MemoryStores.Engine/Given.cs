namespace MemoryStores.Engine;

/// <summary>
/// A field that a patch gives, where null is a value to be set: a field that the patch leaves out is no Given at all.
/// </summary>
public sealed record Given<T>(T Value);
