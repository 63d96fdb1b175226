namespace MemoryStores.Dreaming.Folders;

/// <summary>A file or folder of a dream's input that cannot be read as what it should be; the message names it and says why.</summary>
public sealed class FolderException(string message) : Exception(message);
