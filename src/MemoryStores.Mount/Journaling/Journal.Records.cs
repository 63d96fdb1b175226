using MemoryStores.Fuse;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Journaling;

internal sealed partial class Journal
{
    /// <summary>All there is to know, for a new file.</summary>
    private void PutState()
    {
        // Files may start from the content of saves, so those come first.
        var queued = Queue().Select(unit => unit.Changes.Where(change => !change.IsDone).ToList()).Where(changes => changes.Count > 0).ToList();
        // What is about to take the place of a refused change is in no queue yet, and will be in front.
        var between = live.Except(queued.SelectMany(changes => changes)).Except(tentative).OrderBy(change => change.JournalKey).ToList();
        if (between.Count > 0) Put(between);
        foreach (var changes in queued) Put(changes);
        if (tentative.Count > 0) Put(tentative);
        foreach (var node in files) PutBegun(node);
        foreach (var draft in Asides) Put(draft);
        foreach (var (id, isAtomic, changes) in inherited)
        {
            if (changes.All(each => live.Contains(each.Change))) PutSent(id, isAtomic, [.. changes.Select(each => each.Sent with { Change = each.Change.JournalKey })]);
        }
        if (sent is not null) PutSent(sentId!, sentIsAtomic, sent.Sent(change => change.JournalKey));
    }

    private void PutBegun(MemoryNode node)
    {
        Begin(RecordKind.Begun, node);
        records.Number(node.WrittenAt);
        records.Byte((byte)node.LastChange);
        Describe(node);
        records.Text(node.AbsentVersion);
        if (node.IsLoaded) records.Bytes(node.Content);
        else records.NoBytes();
        if (node.Finished is { } finished) records.Bytes(finished);
        else records.NoBytes();
        records.End();
        for (var marks = node.Marks; marks > 0; marks--) Note(RecordKind.Marked, node);
        if (node.IsMarkedClosed) Note(RecordKind.Closed, node);
        if (node.Torn != Errno.None) Torn(node);
        if (node is { Draft: not null, IsChangedSinceDraft: false }) Drafted(node);
    }

    private void Put(AsideDraft draft)
    {
        records.Begin(RecordKind.Begun);
        records.Number(draft.Key);
        records.Number(draft.At);
        records.Byte((byte)LastChange.Content);
        records.Text(draft.Path);
        PutMemory(null);
        PutBasis(Basis.Unknown);
        records.Text(null);
        records.Bytes(draft.Content);
        records.NoBytes();
        records.End();
        records.Begin(RecordKind.Aside);
        records.Number(draft.Key);
        records.Text(draft.Reason.Cause);
        records.Text(draft.Reason.Cure);
        records.End();
    }

    private void Put(IReadOnlyList<PendingChange> changes)
    {
        records.Begin(RecordKind.Queued);
        records.Number(++lastKey);
        records.Number(changes.Count);
        foreach (var change in changes) Put(change);
        records.End();
    }

    private void Put(PendingChange change)
    {
        var isNew = change.JournalKey == 0;
        if (isNew)
        {
            change.JournalKey = ++lastKey;
            live.Add(change);
        }
        records.Number(change.JournalKey);
        records.Byte((byte)(change switch { PendingSave => ChangeKind.Save, PendingRename => ChangeKind.Rename, _ => ChangeKind.Delete }));
        PutMemory(change.Memory);
        records.Text(change switch { PendingSave save => save.Path, PendingRename rename => rename.Path, _ => null });
        PutBasis(change is PendingSave of ? of.Before : Basis.Unknown);
        if (change is not PendingSave content) records.Byte((byte)ContentSource.None);
        else if (isNew && content.From is { JournalKey: not 0 } node)
        {
            records.Byte((byte)ContentSource.File);
            records.Number(node.JournalKey);
            Leave(node);
        }
        else if (content.Content is { } bytes)
        {
            records.Byte((byte)ContentSource.Inline);
            records.Bytes(bytes);
        }
        else
        {
            records.Byte((byte)ContentSource.Version);
            records.Text(content.ContentOf);
        }
    }

    private void PutDone()
    {
        if (done.Count == 0) return;
        records.Begin(RecordKind.Done);
        records.Number(done.Count);
        foreach (var (change, version) in done)
        {
            records.Number(change.JournalKey);
            PutMemory(change.Memory);
            records.Text(version);
        }
        records.End();
        done.Clear();
    }

    private void PutSent(string id, bool isAtomic, IReadOnlyList<SentChange> changes)
    {
        records.Begin(RecordKind.Sent);
        records.Text(id);
        records.Byte(isAtomic ? (byte)1 : (byte)0);
        records.Number(changes.Count);
        foreach (var change in changes)
        {
            records.Number(change.Change);
            records.Text(change.Type);
            records.Text(change.MemoryId);
            records.Text(change.Path);
            records.Text(change.Expected);
            records.Byte((byte)change.Content);
            records.Number(change.From);
            if (change.Merged is { } merged) records.Bytes(merged);
            else records.NoBytes();
            records.Text(change.Contradicts);
        }
        records.End();
    }

    private void Describe(MemoryNode node)
    {
        records.Text(node.Path);
        PutMemory(node.Memory);
        PutBasis(node.Memory is not { } memory ? Basis.Nothing : memory.LastSave is { } queued ? new Basis(queued.Content, null, queued) : memory.Base);
    }

    private void PutMemory(TrackedMemory? memory)
    {
        if (memory is null)
        {
            records.Number(0);
            return;
        }
        if (memory.JournalKey == 0) memory.JournalKey = ++lastKey;
        records.Number(memory.JournalKey);
        records.Text(memory.Id);
        records.Text(memory.Version);
    }

    private void PutBasis(Basis basis)
    {
        if (basis.Version is not null)
        {
            records.Byte((byte)BasisSource.Version);
            records.Text(basis.Version);
        }
        else if (basis.Save is { IsDone: false, JournalKey: not 0 } save)
        {
            records.Byte((byte)BasisSource.Change);
            records.Number(save.JournalKey);
        }
        else if (basis.Content is { } content)
        {
            records.Byte((byte)BasisSource.Inline);
            records.Bytes(content);
        }
        else records.Byte((byte)BasisSource.Unknown);
    }

    private void Begin(RecordKind kind, MemoryNode node)
    {
        PutDone();
        records.Begin(kind);
        records.Number(node.JournalKey);
    }

    private void Note(RecordKind kind, MemoryNode node)
    {
        Begin(kind, node);
        records.End();
    }

    private void Leave(MemoryNode node)
    {
        files.Remove(node);
        (node.JournalKey, node.Marks, node.IsMarkedClosed, node.Finished) = (0, 0, false, null);
        Waste();
    }
}
