namespace MemoryStores.Mount;

/// <summary>
/// What draining came to. Clean: everything that was written is a version on the server. Drafts and local files stay on this
/// machine; the problems are sentences for people, and name the drafts.
/// </summary>
public sealed record DrainOutcome(
    bool Clean, int Pending, int Drafts, int LocalFiles, string? LocalFilesDirectory, IReadOnlyList<string> Problems);
