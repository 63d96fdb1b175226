using System.Text;
using MemoryStores.Client.Merging;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Remote;

namespace MemoryStores.Mount.Saving;

/// <summary>A commit while it is put together from pending changes.</summary>
internal sealed class CommitDraft(IRemoteStore remote)
{
    private readonly List<ChangeBody> bodies = [];
    private readonly Dictionary<PendingChange, int> indexes = [];
    private readonly Dictionary<TrackedMemory, int> last = [];
    private readonly HashSet<TrackedMemory> saved = [];
    private readonly HashSet<TrackedMemory> unsettled = [];
    private int bytes;

    public bool IsEmpty => bodies.Count == 0;

    /// <summary>The changes as they go to the server, each with the number by which it is kept.</summary>
    public IReadOnlyList<SentChange> Sent(Func<PendingChange, long> key) =>
        [.. indexes.Where(pair => pair.Value >= 0).OrderBy(pair => pair.Value).Select(pair => Sent(key(pair.Key), pair.Key, bodies[pair.Value]))];

    /// <summary>What an earlier mount sent, once more; what it had at hand for that is fetched.</summary>
    public async Task<bool> RepeatAsync(IReadOnlyList<(PendingChange Change, SentChange Sent)> changes, CancellationToken stop)
    {
        foreach (var save in changes.Select(each => each.Change).OfType<PendingSave>())
        {
            save.Content ??= await ContentAsync(save, stop);
            // For the case that it meets another head. It may be gone: that matters only then.
            if (save.Before is { Content: null, Version: { } version } && await remote.ContentAsync(version, stop) is { } before) save.Before = new Basis(before, version);
        }
        foreach (var (change, was) in changes)
        {
            indexes[change] = bodies.Count;
            bodies.Add(new ChangeBody(was.Type) { MemoryId = was.MemoryId, Path = was.Path, ExpectedVersionId = was.Expected, Content = ContentOf(change as PendingSave, was), ConflictWith = was.Contradicts });
            if (change is PendingSave save) (save.AppendedFrom, save.Merged, save.Contradicts) = (was.Content == SentContent.Growth ? was.From : null, was.Merged, was.Contradicts);
        }
        return true;
    }

    /// <summary>What became of a change; null where there was nothing to send.</summary>
    public ChangeResultBody? ResultOf(PendingChange change, CommitBody answer) => indexes[change] is var index and >= 0 ? answer.Results[index] : null;

    /// <summary>Which change the server means by a number.</summary>
    public PendingChange? ChangeAt(int? index) => index is null ? null : indexes.FirstOrDefault(pair => pair.Value == index).Key;

    public CommitRequestBody Request(string id, bool atomic) => new() { CommitId = id, Atomic = atomic, Changes = [.. bodies] };

    /// <summary>Takes as many units as fit together; how many.</summary>
    public async Task<int> FillAsync(IReadOnlyList<PendingUnit> units, CancellationToken stop)
    {
        for (var taken = indexes.Count; taken < units.Count; taken++)
        {
            foreach (var change in units[taken].Changes)
            {
                if (indexes.ContainsKey(change)) continue; // Where a first try broke off.
                if (change is not PendingSave && change.Memory.Id is null && !last.ContainsKey(change.Memory))
                {
                    // Its memory never came to be, or was deleted elsewhere: nothing is left to rename or delete.
                    indexes[change] = -1;
                    continue;
                }
                if (change is PendingDelete && change.Memory.Head is not HeadContent.Same && !last.ContainsKey(change.Memory))
                {
                    // Others changed what nobody here has seen: it is not deleted unseen, and shows again.
                    change.Memory.IsStale = true;
                    indexes[change] = -1;
                    continue;
                }
                if (!units[taken].IsGroup && !await FitsAsync(change, stop)) return taken;
                var body = await BodyAsync(change, stop);
                indexes[change] = bodies.Count;
                last[change.Memory] = bodies.Count;
                bodies.Add(body);
            }
        }
        return units.Count;
    }

    private async Task<bool> FitsAsync(PendingChange change, CancellationToken stop)
    {
        if (change is PendingSave save)
        {
            save.Content ??= await ContentAsync(save, stop);
            await FetchBasisAsync(save, stop);
            bytes += save.Content.Length;
            if (bytes > Bounds.BytesPerCommit && bodies.Count > 0) return false;
        }
        // What an append or a merge leaves is known only from the answer: nothing is built on it in the same commit but an append.
        return !unsettled.Contains(change.Memory) || (change is PendingSave more && Growth(more) is not null);
    }

    private async Task<ChangeBody> BodyAsync(PendingChange change, CancellationToken stop)
    {
        var memory = change.Memory;
        var earlier = last.TryGetValue(memory, out var index) ? $"change:{index}" : null;
        var target = earlier ?? memory.Id;
        return change switch
        {
            PendingRename rename => new ChangeBody("rename") { MemoryId = target, Path = rename.Path, ExpectedVersionId = Expected(rename, earlier) },
            PendingDelete => new ChangeBody("delete") { MemoryId = target, ExpectedVersionId = earlier ?? memory.Version ?? "anything" },
            PendingSave save => await BodyAsync(save, target, earlier, stop),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<ChangeBody> BodyAsync(PendingSave save, string? target, string? earlier, CancellationToken stop)
    {
        var memory = save.Memory;
        save.Content ??= await ContentAsync(save, stop);
        await FetchBasisAsync(save, stop);
        (save.Merged, save.AppendedFrom) = (null, null);
        if (target is null)
        {
            saved.Add(memory);
            return new ChangeBody("create") { Path = save.Path, Content = Text(save.Content), ConflictWith = save.Contradicts };
        }
        if (Growth(save) is { } more)
        {
            saved.Add(memory);
            (save.AppendedFrom, save.Contradicts) = (save.Content.Length - more.Length, null);
            unsettled.Add(memory);
            return new ChangeBody("append") { MemoryId = target, Content = Text(more) };
        }
        var content = save.Content;
        // Only the first save of a memory meets a head that programs here have not seen; later ones follow the first.
        if (saved.Add(memory) && memory.Head is not HeadContent.Same)
        {
            if (memory.Head is HeadContent.Unknown && await remote.ContentAsync(memory.Version!, stop) is { } head) memory.Head = new HeadContent.Differs(head);
            if (memory.Head is HeadContent.Differs(var theirs))
            {
                await CheckBasisAsync(save, stop);
                var joined = Joined(save.Before.Content, theirs, content);
                save.Contradicts = joined is null ? memory.Version : null;
                if (joined is not null && !joined.AsSpan().SequenceEqual(content))
                {
                    content = save.Merged = joined;
                    unsettled.Add(memory);
                }
            }
        }
        return new ChangeBody("update")
        {
            MemoryId = target,
            Content = Text(content),
            ExpectedVersionId = Expected(save, earlier),
            ConflictWith = save.Contradicts,
        };
    }

    /// <summary>What lost too many races is carried out whatever the head is by then.</summary>
    private static string Expected(PendingChange change, string? earlier) =>
        earlier ?? (change.Attempts < Bounds.MergeTries ? change.Memory.Version : null) ?? "anything";

    /// <summary>Both changes of one text; null where they contradict each other, and the later save is the head as it is.</summary>
    public static byte[]? Joined(byte[]? before, byte[] theirs, byte[] mine)
    {
        if (before is null) return null;
        var merged = ThreeWayMerge.Merge(Encoding.UTF8.GetString(before), Encoding.UTF8.GetString(theirs), Encoding.UTF8.GetString(mine));
        return merged.Conflicts == 0 ? Encoding.UTF8.GetBytes(merged.Text) : null;
    }

    /// <summary>What a save put behind the content it started from; null when it did anything else.</summary>
    private ReadOnlyMemory<byte>? Growth(PendingSave save)
    {
        if (!remote.HasCommits || save is not { Content: { } content, ContentOf: null, Before.Content: { Length: > 0 } before }) return null;
        if (content.Length <= before.Length || !content.AsSpan().StartsWith(before)) return null;
        return content.AsMemory(before.Length);
    }

    private static SentChange Sent(long key, PendingChange change, ChangeBody body)
    {
        var save = change as PendingSave;
        var content = save is null ? SentContent.None : save.AppendedFrom is not null ? SentContent.Growth : save.Merged is not null ? SentContent.Merged : SentContent.Whole;
        return new SentChange(key, body.Type, body.MemoryId, body.Path, body.ExpectedVersionId, content, save?.AppendedFrom ?? 0, save?.Merged, save?.Contradicts);
    }

    private static MemoryContent? ContentOf(PendingSave? save, SentChange was) => was.Content switch
    {
        SentContent.None => null,
        SentContent.Merged => Text(was.Merged!),
        _ => Text(save!.Content.AsMemory(was.From)),
    };

    private async Task<byte[]> ContentAsync(PendingSave save, CancellationToken stop) =>
        await remote.ContentAsync(save.ContentOf!, stop) ?? throw new ContentGoneException(save, save.ContentOf!);

    /// <summary>What an earlier mount started from is known by its version alone.</summary>
    private async Task FetchBasisAsync(PendingSave save, CancellationToken stop)
    {
        if (save is not { IsLeft: true, Before: { Content: null, Version: { } version } }) return;
        save.Before = new Basis(await remote.ContentAsync(version, stop) ?? throw new ContentGoneException(save, version), version);
    }

    /// <summary>What was redacted must not come back inside of what was made from it.</summary>
    public async Task CheckBasisAsync(PendingSave save, CancellationToken stop)
    {
        if (save.Before.Version is { } version && await remote.ContentAsync(version, stop) is null) throw new ContentGoneException(save, version);
    }

    private static MemoryContent Text(ReadOnlyMemory<byte> utf8) => MemoryContent.TryFrom(utf8) ?? throw new InvalidDataException("A save that is not UTF-8 was queued.");
}

/// <summary>The version a save takes its content from, or was made from, was redacted or pruned.</summary>
internal sealed class ContentGoneException(PendingSave save, string version) : Exception($"version {version}, from which it was made, was redacted or pruned")
{
    public PendingSave Save { get; } = save;
}
