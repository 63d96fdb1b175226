namespace MemoryStores.Mount;

/// <summary>
/// What draining came to. Clean: everything that was written is a version on the server. Drafts and local files stay on this
/// machine; the problems are sentences for people, and name the drafts.
/// </summary>
public sealed record DrainOutcome(
    bool Clean, int Pending, int Drafts, int LocalFiles, string? LocalFilesDirectory, IReadOnlyList<string> Problems)
{
    /// <summary>What draining several mounts came to; null of none.</summary>
    public static DrainOutcome? Of(IReadOnlyList<DrainOutcome> each) => each.Count == 0 ? null : each.Count == 1 ? each[0] : new DrainOutcome(
        each.All(one => one.Clean), each.Sum(one => one.Pending), each.Sum(one => one.Drafts), each.Sum(one => one.LocalFiles),
        each.Select(one => one.LocalFilesDirectory).FirstOrDefault(directory => directory is not null), [.. each.SelectMany(one => one.Problems)]);
}
