using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Journaling;

/// <summary>
/// What programs were told was done and the server has not acknowledged, on this machine's disk before they are told: unsaved
/// content of files, and the queue. Records gather in memory and are written by <see cref="TrySeal"/>, before an answer and
/// before a commit is sent. When the server has acknowledged, a new file begins with what is left, and the old one goes. All of
/// it under the tree's gate.
/// </summary>
internal sealed partial class Journal : IDisposable
{
    /// <summary>Up to this much is written again whenever something was acknowledged.</summary>
    private const long CheapBytes = 1024 * 1024;

    /// <summary>More than this around the content no record has: two paths, ids, keys.</summary>
    private const int RecordOverhead = 4096;

    /// <summary>A second one says no more than that the first was not a shell's, which closes a copy before it writes.</summary>
    private const int EnoughMarks = 2;

    private readonly RecordWriter records = new();
    private readonly HashSet<MemoryNode> files = [];
    private readonly HashSet<PendingChange> live = [];
    private readonly List<PendingChange> tentative = [];
    private readonly List<(PendingChange Change, string? Version)> done = [];
    private readonly List<(string Id, bool IsAtomic, IReadOnlyList<(PendingChange Change, SentChange Sent)> Changes)> inherited = [];
    private readonly Faults faults;
    private readonly JournalPlace? place;
    private JournalFile? file;
    private CommitDraft? sent;
    private string? sentId;
    private bool sentIsAtomic;
    private long lastKey;
    private bool hasGarbage;

    private Journal(JournalPlace? place, Faults faults) => (this.place, this.faults) = (place, faults);

    /// <summary>For a mount that nothing is written to.</summary>
    public static Journal Off(Faults faults) => new(null, faults);

    /// <summary>Records nothing on disk before <see cref="Start"/>.</summary>
    public static Journal At(JournalPlace place, Faults faults) => new(place, faults);

    /// <summary>The changes waiting for the server, in order; set by who has the queue.</summary>
    public Func<IEnumerable<PendingUnit>> Queue { get; set; } = static () => [];

    /// <summary>Content that cannot be a memory and has no file.</summary>
    public List<AsideDraft> Asides { get; } = [];

    public string? Directory => place?.Directory;

    /// <summary>Something was acknowledged, and its bytes are still on disk.</summary>
    public Action? HasGarbage { get; set; }

    public bool IsEmpty => files.Count == 0 && Asides.Count == 0 && tentative.Count == 0 && !Queue().Any();

    /// <summary>Whether what is to be recorded of so much content will find room; else nothing may be changed.</summary>
    public bool HasRoom(long content, bool ofReserve = false) => file is null || file.HasRoom(records.Length + content + RecordOverhead, ofReserve);

    /// <summary>Writes what has gathered. When it cannot be written nothing may be answered as done.</summary>
    public bool TrySeal()
    {
        if (file is null) return true;
        PutDone();
        if (records.Length == 0) return true;
        try
        {
            file.Append(records.Written);
            records.Clear();
            return true;
        }
        catch (IOException broken)
        {
            faults.Add("Writing the journal", broken);
            return false;
        }
    }

    /// <summary>To the disk itself, as fsync promises. Called outside of the gate, under which nothing may take so long.</summary>
    public bool TrySync(Lock gate)
    {
        while (true)
        {
            JournalFile? current;
            lock (gate)
            {
                if (!TrySeal()) return false;
                current = file;
            }
            try
            {
                current?.Sync();
                return true;
            }
            catch (ObjectDisposedException)
            {
                // A new file has begun with what this one had.
            }
            catch (IOException broken)
            {
                faults.Add("Writing the journal to disk", broken);
                return false;
            }
        }
    }

    public void Created(MemoryNode node) => Begin(node, LastChange.Creation);

    /// <summary>Content that is a file's now and was not written here.</summary>
    public void Given(MemoryNode node, LastChange last = LastChange.Content)
    {
        Begin(node, last);
        Marked(node);
    }

    public void Written(MemoryNode node, ulong at, ReadOnlySpan<byte> data)
    {
        if (!IsBegun(node, LastChange.Content)) return;
        Begin(RecordKind.Written, node);
        records.Number((long)at);
        records.Bytes(data);
        records.End();
    }

    public void Resized(MemoryNode node, LastChange how)
    {
        if (!IsBegun(node, how)) return;
        Begin(RecordKind.Resized, node);
        records.Byte((byte)how);
        records.Number(node.Size);
        records.End();
    }

    /// <summary>A descriptor of it was closed, or its times were set: somebody is done with what is there.</summary>
    public void Marked(MemoryNode node)
    {
        if (node.JournalKey == 0 || node.Marks >= EnoughMarks) return;
        node.Marks++;
        // A shell closes a copy before it writes: that finishes nothing, and what was thrown away is still the last that was.
        if (node.Size > 0 || node.LastChange == LastChange.Content) node.Finished = null;
        Note(RecordKind.Marked, node);
    }

    public void Closed(MemoryNode node)
    {
        if (node.JournalKey == 0 || node.IsMarkedClosed) return;
        node.IsMarkedClosed = true;
        Note(RecordKind.Closed, node);
    }

    public void Torn(MemoryNode node)
    {
        if (node.JournalKey == 0) return;
        Begin(RecordKind.Torn, node);
        records.Number((long)node.Torn);
        records.End();
    }

    /// <summary>It cannot be a memory as it is.</summary>
    public void Drafted(MemoryNode node)
    {
        if (node.JournalKey == 0) return;
        Begin(RecordKind.Drafted, node);
        records.Text(node.Draft!.Cause);
        records.Text(node.Draft.Cure);
        records.End();
    }

    /// <summary>Its path or its memory is another now.</summary>
    public void Described(MemoryNode node)
    {
        if (node.JournalKey == 0) return;
        Begin(RecordKind.Described, node);
        Describe(node);
        records.End();
    }

    /// <summary>The paths of this and of all below it are others now.</summary>
    public void Moved(Node moved)
    {
        foreach (var node in files)
        {
            for (Node? at = node; at is not null; at = at.Parent)
            {
                if (at != moved) continue;
                Described(node);
                break;
            }
        }
    }

    /// <summary>It has no unsaved content any more.</summary>
    public void Ended(MemoryNode node)
    {
        if (node.JournalKey == 0) return;
        Note(RecordKind.Ended, node);
        Leave(node);
    }

    /// <summary>Changes that were queued together, whatever was known of them before.</summary>
    public void Queued(IReadOnlyList<PendingChange> changes)
    {
        if (place is null) return;
        PutDone();
        Put(changes);
    }

    /// <summary>Changes that are to be made unless something else happens, such as a rename that an editor may still undo.</summary>
    public void Expects(params IReadOnlyList<PendingChange> changes)
    {
        if (place is null) return;
        Queued(changes);
        tentative.AddRange(changes);
    }

    public void Withdrawn(IReadOnlyList<PendingChange> changes)
    {
        if (place is null) return;
        foreach (var change in changes)
        {
            tentative.Remove(change);
            Done(change, null);
        }
    }

    /// <summary>Nothing of this change is to be sent any more; the version has its content, where one has.</summary>
    public void Done(PendingChange change, string? version)
    {
        change.IsDone = true;
        if (!live.Remove(change)) return;
        done.Add((change, version));
        Waste();
    }

    public void Front(IReadOnlyList<PendingUnit> units)
    {
        if (place is null || units.Count == 0) return;
        PutDone();
        var changes = units.SelectMany(unit => unit.Changes).ToArray();
        records.Begin(RecordKind.Front);
        records.Number(changes.Length);
        foreach (var change in changes) records.Number(change.JournalKey);
        records.End();
    }

    /// <summary>Before a commit goes to the server: should its answer be lost, the very same is sent again.</summary>
    public void Sends(string id, bool isAtomic, CommitDraft draft)
    {
        if (place is null) return;
        (sentId, sentIsAtomic, sent) = (id, isAtomic, draft);
        inherited.RemoveAll(earlier => earlier.Id == id);
        PutDone();
        PutSent(id, isAtomic, draft.Sent(change => change.JournalKey));
        if (!TrySeal()) throw new IOException("The journal cannot be written, so nothing is sent.");
    }

    public void Answered() => sent = null;

    /// <summary>An earlier mount sent this and got no answer: the next one has to know of it until it is sent again.</summary>
    public void Inherits(string id, bool isAtomic, IReadOnlyList<(PendingChange Change, SentChange Sent)> changes) => inherited.Add((id, isAtomic, changes));

    public void Add(AsideDraft draft)
    {
        Asides.Add(draft);
        if (place is null) return;
        if (draft.Key == 0) draft.Key = ++lastKey;
        Put(draft);
    }

    public void End(AsideDraft draft)
    {
        Asides.Remove(draft);
        if (place is null) return;
        records.Begin(RecordKind.Ended);
        records.Number(draft.Key);
        records.End();
        Waste();
    }

    /// <summary>What is written to a file without a name is its writer's alone, and ends with him.</summary>
    private bool IsKept(MemoryNode node) => place is not null && node.IsAttached;

    private bool IsBegun(MemoryNode node, LastChange how)
    {
        if (!IsKept(node)) return false;
        if (node.JournalKey == 0)
        {
            Begin(node, how);
            return false;
        }
        (node.LastChange, node.Marks, node.IsMarkedClosed) = (how, 0, false);
        return true;
    }

    private void Waste()
    {
        if (!hasGarbage) HasGarbage?.Invoke();
        hasGarbage = true;
    }

    private void Begin(MemoryNode node, LastChange how)
    {
        if (!IsKept(node)) return;
        if (node.JournalKey == 0)
        {
            node.JournalKey = ++lastKey;
            files.Add(node);
        }
        (node.LastChange, node.Marks, node.IsMarkedClosed) = (how, 0, false);
        PutBegun(node);
    }
}
