namespace MemoryStores.Fuse.Mounting;

/// <summary>A directory could not be mounted; the message says why and what to do.</summary>
public sealed class FuseMountException(string message) : Exception(message);
