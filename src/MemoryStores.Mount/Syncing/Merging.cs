using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Syncing;

/// <summary>What comes of two changes of one memory.</summary>
internal abstract record Merge
{
    /// <summary>One side changed meanwhile: the next round sees it.</summary>
    public sealed record Outdated : Merge;

    /// <summary>What both started from is gone for good.</summary>
    public sealed record WithoutStart : Merge;

    /// <summary>They contradict each other, or are too large together.</summary>
    public sealed record Contradiction(MemoryBody Head) : Merge;

    public sealed record Joined(MemoryBody Head, byte[] Content, byte[] Mine) : Merge;

    /// <summary>Joins the file with the head as it is now; reads both sides and changes neither.</summary>
    public static async Task<Merge> OfAsync(Step.Merge step, SyncedDirectory directory, SyncPlace place, IRemoteStore remote, int memoryBytes, CancellationToken stop)
    {
        if (await remote.FindAsync(step.Head.Id, stop) is not { Content: { } theirs } head || head.MemoryVersionId != step.Head.Version) return new Outdated();
        if (directory.Read(step.File.Path, memoryBytes) is not { } mine || ContentDigest.Of(mine.Bytes).ToString() != step.File.Sha256) return new Outdated();
        if (await StartAsync(step.Before, place, remote, stop) is not { } start) return new WithoutStart();
        return CommitDraft.Joined(start, theirs.Utf8.ToArray(), mine.Bytes) is { } joined && joined.Length <= memoryBytes
            ? new Joined(head, joined, mine.Bytes)
            : new Contradiction(head);
    }

    /// <summary>What the file was when both sides last agreed; nothing where both made it.</summary>
    private static async Task<byte[]?> StartAsync(SyncedMemory? before, SyncPlace place, IRemoteStore remote, CancellationToken stop)
    {
        if (before is null) return [];
        var start = before.IsKept ? place.Kept(before.LocalSha256) : await remote.ContentAsync(before.Version, stop);
        return start is not null && ContentDigest.Of(start).ToString() == before.LocalSha256 ? start : null;
    }
}
