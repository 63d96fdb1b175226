namespace MemoryStores.Mount;

/// <summary>Mounting or unmounting cannot be done; the message tells a person why, and what to do.</summary>
public sealed class MountException(string message) : Exception(message);
