using System.Text.Unicode;
using MemoryStores.Fuse;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>
/// When a file is finished, and so is a version. Finished is: the last writer closed it, fsync, a rename over another memory,
/// or nothing written to an open file for a while. A close alone is not: shells and mappings close in the middle. All of it
/// runs under the tree's gate.
/// </summary>
internal sealed class Saves(MountTree tree, ChangeQueue queue, Drafts drafts, Journal journal, Agenda agenda)
{
    private const long Second = 1_000_000_000;

    public IEnumerable<MemoryNode> Unsaved => tree.Memories.Where(node => node is { IsDirty: true, IsAttached: true, Draft: null });

    /// <summary>Something was written: should the file stay open, an end of writing is watched for.</summary>
    public void Written(MemoryNode node)
    {
        if (node.IsWatched) return;
        node.IsWatched = true;
        agenda.In(Bounds.Idle, () => LookAfter(node));
    }

    /// <summary>The last writer is gone, or there was none (truncate by name).</summary>
    public void Closed(MemoryNode node)
    {
        // A write that failed and changed nothing has been told to its writer.
        if (!node.IsDirty) node.Torn = Errno.None;
        if (!node.IsDirty || !node.IsAttached) return;
        if (node.Memory is null && Names.IsScratch(node.Name)) Later(node, Bounds.ScratchWaits, LeftLying);
        else if (node.Size == 0) Later(node, Bounds.EmptyWaits, static n => !n.IsOpenForWriting);
        else if (node.Memory is { } memory && IsTooSoon(memory, out var wait)) Later(node, wait, static n => !n.IsOpenForWriting);
        else Save(node);
    }

    /// <summary>The file is about to lose its name or its content: if it was closed after the last write, that was somebody's save.</summary>
    public void Finish(MemoryNode node)
    {
        if (node is { IsDirty: true, ClosedSinceWrite: true } && (node.Memory is not null || (node.Size > 0 && !Names.IsScratch(node.Name)))) Save(node);
    }

    /// <summary>
    /// Somebody begins to write what another has closed, and the end of that is still on its way: it was a save, unless there are too many.
    /// </summary>
    public void Reopened(MemoryNode node)
    {
        if (node is not { IsDirty: true, ClosedSinceWrite: true, Size: > 0 }) return;
        if (node.Memory is { } memory ? !IsTooSoon(memory, out _) : !Names.IsScratch(node.Name)) Save(node);
    }

    /// <summary>Saves what is unsaved now, whoever still has it open.</summary>
    public Errno Save(MemoryNode node)
    {
        if (!node.IsDirty || !node.IsAttached) return Errno.None;
        if (!CanBeSaved(node)) return SetDraft(node);
        // To look at a draft, or to close it once more, is no save.
        if (node is { Draft: not null, IsChangedSinceDraft: false }) return Errno.None;
        Cut(node, node.Memory ??= new TrackedMemory { Node = node });
        return Errno.None;
    }

    /// <summary>The content was finished, and the next save begins by throwing it away: a version, unless there are too many.</summary>
    public void Superseded(MemoryNode node)
    {
        // Of an empty file nothing is thrown away, and half of somebody's save is none yet.
        if (node.Size == 0 || (node.Memory is null && Names.IsScratch(node.Name))) return;
        if (node.Memory is not { } memory || !IsTooSoon(memory, out _)) Save(node);
        else node.Finished = node.Snapshot();
    }

    /// <summary>The save of a file's content for a memory, which need not be the file's own so far; null where nothing is new.</summary>
    public static PendingSave? Make(MemoryNode node, TrackedMemory memory)
    {
        var content = node.IsLoaded ? node.Snapshot() : null;
        var before = memory.LastSave is { } queued ? new Basis(queued.Content, null, queued) : memory.Base;
        if (content is not null && before.Content is not null && (memory.Id is not null || memory.Pending > 0) && before.Content.AsSpan().SequenceEqual(content)) return null;
        return new PendingSave(memory, node.Path) { Content = content, ContentOf = node.AbsentVersion, Before = before, From = node };
    }

    /// <summary>The file's content becomes the next version of another memory; the memory it was itself is gone.</summary>
    public void Continue(MemoryNode node, TrackedMemory memory, TrackedMemory? own)
    {
        // Too many saves in a second, or a draft: it is this memory's content all the same, and saved when it can be.
        var isLate = !CanBeSaved(node) || (own is null && IsTooSoon(memory, out _));
        var save = isLate ? null : Make(node, memory);
        (node.Memory, memory.Node) = (memory, node);
        if (!isLate)
        {
            Saved(node);
            if (save is null) journal.Ended(node);
        }
        else
        {
            node.IsDirty = true;
            if (node.JournalKey == 0) journal.Given(node);
            else journal.Described(node);
            if (!node.IsOpenForWriting) Closed(node);
        }
        var delete = own is null || (own.Id is null && own.Pending == 0) ? null : new PendingDelete(own);
        if (own is not null) own.Node = null;
        queue.Add([.. new PendingChange?[] { save, delete }.OfType<PendingChange>()]);
    }

    /// <summary>A write failed: what is there now is not what its writer wanted, and is no version until it begins anew.</summary>
    public void Tear(MemoryNode node, Errno why)
    {
        node.Torn = why;
        journal.Torn(node);
        if (node is { IsDirty: true, IsAttached: true }) SetDraft(node);
    }

    /// <summary>Content that is not here is a version's.</summary>
    public static bool CanBeSaved(MemoryNode node) => node.Torn == Errno.None && (!node.IsLoaded || Utf8.IsValid(node.Content));

    private Errno SetDraft(MemoryNode node)
    {
        drafts.Set(node, node.Torn switch
        {
            Errno.None => DraftReason.NotText,
            Errno.EFBIG => DraftReason.TooLarge(tree.Bounds.MemoryBytes),
            _ => DraftReason.NoRoom,
        });
        return node.Torn == Errno.None ? Errno.EILSEQ : node.Torn;
    }

    /// <summary>Bookkeeping of a save that was queued.</summary>
    public void Saved(MemoryNode node)
    {
        (node.IsDirty, node.ClosedSinceWrite) = (false, false);
        drafts.Clear(node);
        drafts.EndAt(node.Path);
        if (node.Memory is not { } memory) return;
        memory.RecentSaves.Enqueue(tree.Now);
        while (memory.RecentSaves.Count > Bounds.SavesPerSecond) memory.RecentSaves.Dequeue();
    }

    private void Cut(MemoryNode node, TrackedMemory memory)
    {
        var save = Make(node, memory);
        Saved(node);
        if (save is not null) queue.Add(save);
        else journal.Ended(node);
    }

    private void LookAfter(MemoryNode node)
    {
        node.IsWatched = false;
        if (!node.IsDirty || !node.IsOpenForWriting) return;
        var quiet = TimeSpan.FromTicks((tree.Now - node.WrittenAt) / 100);
        if (quiet >= Bounds.Idle) Save(node);
        else
        {
            node.IsWatched = true;
            agenda.In(Bounds.Idle - quiet, () => LookAfter(node));
        }
    }

    private bool LeftLying(MemoryNode node) =>
        !node.IsOpenForWriting && tree.Now - node.WrittenAt >= Bounds.ScratchWaits.Ticks * 100;

    private void Later(MemoryNode node, TimeSpan wait, Func<MemoryNode, bool> still)
    {
        var written = node.WrittenAt;
        agenda.In(wait, () =>
        {
            // Written again meanwhile: the end of that writing has its own entry.
            if (node.IsDirty && node.WrittenAt == written && still(node)) Save(node);
        });
    }

    /// <summary>Whether a memory was saved so often in the last second that its next save waits for what comes after it.</summary>
    public bool IsTooSoon(TrackedMemory memory, out TimeSpan wait)
    {
        wait = default;
        if (memory.RecentSaves.Count < Bounds.SavesPerSecond || tree.Now - memory.RecentSaves.Peek() >= Second) return false;
        wait = TimeSpan.FromTicks((memory.RecentSaves.Last() + Second - tree.Now) / 100);
        return wait > TimeSpan.Zero;
    }
}
