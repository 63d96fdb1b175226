namespace MemoryStores.Fuse.Mounting;

/// <summary>A directory could not be mounted or unmounted; the message says why and what to do.</summary>
public sealed class FuseMountException(string message, Exception? cause = null) : Exception(message, cause);
