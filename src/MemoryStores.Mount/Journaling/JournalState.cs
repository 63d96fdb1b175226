using MemoryStores.Fuse;
using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Journaling;

/// <summary>What a journal comes to when its records are read from first to last.</summary>
internal sealed class JournalState
{
    public const int LargestContent = 64 * 1024 * 1024;

    /// <summary>More than all files of a mount can hold together; a record of a few bytes may ask for much.</summary>
    private const long MostContent = 512L * 1024 * 1024;
    public const int Format = 1;

    private readonly Dictionary<long, MemoryEntry> memories = [];
    private readonly Dictionary<long, ChangeEntry> changes = [];
    private readonly HashSet<long> done = [];

    public JournalHeader? Header { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Files of which it has taken over all.</summary>
    public List<string> Inherited { get; } = [];

    /// <summary>Where the last whole record ends, and whether something that is none stands behind it.</summary>
    public long Length { get; private set; }

    public bool IsTorn { get; private set; }

    public Dictionary<long, FileEntry> Files { get; } = [];

    /// <summary>What waits for the server, in order.</summary>
    public List<ChangeEntry> Queue { get; private set; } = [];

    /// <summary>The commits that were sent and of which no answer is known: one, or one more of each mount that was taken over.</summary>
    public List<SentEntry> Sent { get; } = [];

    public long LastKey { get; private set; }

    public bool IsEmpty => Files.Count == 0 && Queue.Count == 0;

    public static JournalState Read(ReadOnlySpan<byte> bytes)
    {
        var state = new JournalState();
        while (RecordReader.TryNext(bytes[(int)state.Length..], out var kind, out var record, out var length))
        {
            if (state.Header is null && kind != RecordKind.Header) throw new InvalidDataException("it does not begin like a journal");
            state.Apply(kind, ref record);
            state.Length += length;
        }
        state.IsTorn = bytes[(int)state.Length..].ContainsAnyExcept((byte)0);
        state.Sent.RemoveAll(sent => sent.Changes.Any(change => state.done.Contains(change.Change))); // Its answer was taken in.
        return state;
    }

    /// <summary>
    /// Whether something is wrong that no kill explains: a kill leaves a file that ends within a record, or before the first one was
    /// whole. Here whole records stand behind the break, or it does not even begin like a journal.
    /// </summary>
    public static bool IsDamaged(JournalState state, ReadOnlySpan<byte> bytes)
    {
        if (!state.IsTorn) return false;
        if (state.Header is null) return true;
        for (var behind = bytes[((int)state.Length + 1)..]; behind.Length > RecordWriter.HeadBytes; behind = behind[1..])
        {
            if (RecordReader.TryNext(behind, out _, out _, out _)) return true;
        }
        return false;
    }

    /// <summary>The records but those of one file.</summary>
    public static byte[] Without(ReadOnlySpan<byte> bytes, long file)
    {
        var kept = new List<byte>();
        for (var rest = bytes; RecordReader.TryNext(rest, out var kind, out var record, out var length); rest = rest[length..])
        {
            var isOfFile = kind is RecordKind.Begun or RecordKind.Written or RecordKind.Resized or RecordKind.Marked or RecordKind.Closed or RecordKind.Described
                or RecordKind.Torn or RecordKind.Ended or RecordKind.Aside or RecordKind.Drafted;
            if (!isOfFile || record.Number() != file) kept.AddRange(rest[..length]);
        }
        return [.. kept];
    }

    private void Apply(RecordKind kind, ref RecordReader record)
    {
        switch (kind)
        {
            case RecordKind.Header:
                if (record.Number() is var format and not Format) throw new InvalidDataException($"its format is {format}, and this program reads {Format}");
                Header = new JournalHeader(record.NeededText(), record.NeededText(), record.NeededText(), record.Number());
                break;
            case RecordKind.Complete:
                IsComplete = true;
                for (var count = record.Number(); count > 0; count--) Inherited.Add(record.NeededText());
                break;
            case RecordKind.Begun:
                Begin(ref record);
                break;
            case RecordKind.Written:
                var written = Changed(Known(ref record), LastChange.Content);
                written.Write(record.Number(), record.NeededBytes());
                Bound(written);
                break;
            case RecordKind.Resized:
                var resized = Known(ref record);
                // Thrown away after it was closed: until its writer comes to an end, that is what he had saved.
                var finished = resized is { Marks: > 0, Length: > 0 } ? resized.Content : resized.Finished;
                Changed(resized, (LastChange)record.Byte()).Resize(record.Number());
                (resized.Torn, resized.Finished) = (Errno.None, resized.Length == 0 ? finished : resized.Finished);
                Bound(resized);
                break;
            case RecordKind.Marked:
                var marked = Known(ref record);
                marked.Marks++;
                if (marked.Length > 0 || marked.Last == LastChange.Content) marked.Finished = null;
                break;
            case RecordKind.Closed:
                Known(ref record).IsClosed = true;
                break;
            case RecordKind.Described:
                Describe(Known(ref record), ref record);
                break;
            case RecordKind.Torn:
                var torn = Known(ref record);
                torn.Torn = (Errno)record.Number();
                break;
            case RecordKind.Ended:
                Files.Remove(record.Number());
                break;
            case RecordKind.Queued:
                Enqueue(ref record);
                break;
            case RecordKind.Front:
                MoveToFront(Keys(ref record));
                break;
            case RecordKind.Sent:
                var sent = ReadSent(ref record);
                var again = sent.Changes.Select(change => change.Change).ToHashSet();
                var at = Sent.FindIndex(before => before.Changes.Any(change => again.Contains(change.Change)));
                Sent.RemoveAll(before => before.Changes.Any(change => again.Contains(change.Change)));
                Sent.Insert(at < 0 ? Sent.Count : at, sent);
                break;
            case RecordKind.Done:
                End(ref record);
                break;
            case RecordKind.Drafted:
                var drafted = Known(ref record);
                drafted.Draft = new DraftReason(record.NeededText(), record.NeededText());
                break;
            case RecordKind.Aside:
                var aside = Known(ref record);
                aside.Aside = new DraftReason(record.NeededText(), record.NeededText());
                break;
            default:
                throw new InvalidDataException($"a record of the unknown kind {(byte)kind}");
        }
    }

    private void Bound(FileEntry changed)
    {
        const int few = 1024 * 1024;
        if (changed.Length > few && Files.Values.Sum(file => (long)file.Length) > MostContent) throw new InvalidDataException("files that together are larger than any mount's");
    }

    private void Begin(ref RecordReader record)
    {
        var file = new FileEntry(Key(ref record)) { At = record.Number(), Last = (LastChange)record.Byte() };
        Describe(file, ref record);
        file.ContentOf = record.Text();
        var content = record.Bytes();
        if (content is not null) file.Replace(content);
        file.Finished = record.Bytes();
        Files[file.Key] = file;
    }

    private void Describe(FileEntry file, ref RecordReader record)
    {
        file.Path = record.NeededText();
        file.Memory = Memory(ref record);
        file.Before = Basis(ref record);
    }

    private static FileEntry Changed(FileEntry file, LastChange how)
    {
        (file.Last, file.Marks, file.IsClosed, file.Draft) = (how, 0, false, null);
        return file;
    }

    private void Enqueue(ref RecordReader record)
    {
        var unit = Key(ref record);
        for (var count = record.Number(); count > 0; count--)
        {
            var key = Key(ref record);
            if (!changes.TryGetValue(key, out var change))
            {
                Queue.Add(changes[key] = change = new ChangeEntry(key));
                change.Unit = unit;
            }
            change.Kind = (ChangeKind)record.Byte();
            if (change.Kind is < ChangeKind.Save or > ChangeKind.Delete) throw new InvalidDataException($"a change of the unknown kind {(byte)change.Kind}");
            change.Memory = Memory(ref record);
            change.Path = record.Text();
            change.Before = Basis(ref record);
            switch ((ContentSource)record.Byte())
            {
                case ContentSource.None: break;
                case ContentSource.Inline: change.Content = record.NeededBytes(); break;
                case ContentSource.Version: change.ContentOf = record.NeededText(); break;
                case ContentSource.File:
                    var file = Known(ref record);
                    (change.Content, change.ContentOf) = (file.ContentOf is null ? file.Content : null, file.ContentOf);
                    Files.Remove(file.Key);
                    break;
                default: throw new InvalidDataException("content of an unknown source");
            }
        }
    }

    private void MoveToFront(List<long> keys)
    {
        var order = new Dictionary<long, int>();
        foreach (var (index, key) in keys.Index()) order.TryAdd(key, index);
        Queue = [.. Queue.OrderBy(change => order.GetValueOrDefault(change.Key, int.MaxValue))];
    }

    private static SentEntry ReadSent(ref RecordReader record)
    {
        var (id, isAtomic, sent) = (record.NeededText(), record.Byte() != 0, new List<SentChange>());
        for (var count = record.Number(); count > 0; count--)
            sent.Add(new SentChange(record.Number(), record.NeededText(), record.Text(), record.Text(), record.Text(), (SentContent)record.Byte(), (int)record.Number(), record.Bytes(), record.Text()));
        return new SentEntry(id, isAtomic, sent);
    }

    private void End(ref RecordReader record)
    {
        for (var count = record.Number(); count > 0; count--)
        {
            var key = record.Number();
            Memory(ref record);
            var made = record.Text();
            done.Add(key);
            if (!changes.TryGetValue(key, out var change)) continue;
            change.MadeVersion = made;
            Queue.Remove(change);
        }
    }

    private MemoryEntry? Memory(ref RecordReader record)
    {
        var key = Key(ref record);
        if (key == 0) return null;
        var memory = memories.TryGetValue(key, out var known) ? known : memories[key] = new MemoryEntry(key);
        (memory.Id, memory.Version) = (record.Text(), record.Text());
        return memory;
    }

    private BasisEntry Basis(ref RecordReader record) => (BasisSource)record.Byte() switch
    {
        BasisSource.Unknown => BasisEntry.Unknown,
        BasisSource.Version => new BasisEntry(record.NeededText(), null, null),
        BasisSource.Inline => new BasisEntry(null, record.NeededBytes(), null),
        BasisSource.Change => new BasisEntry(null, null, changes.GetValueOrDefault(record.Number()) ?? throw new InvalidDataException("a save that starts from an unknown one")),
        _ => throw new InvalidDataException("a save that starts from something unknown"),
    };

    private FileEntry Known(ref RecordReader record) =>
        Files.TryGetValue(record.Number(), out var file) ? file : throw new InvalidDataException("a change to a file that was not begun");

    private static List<long> Keys(ref RecordReader record)
    {
        var keys = new List<long>();
        for (var count = record.Number(); count > 0; count--) keys.Add(record.Number());
        return keys;
    }

    private long Key(ref RecordReader record)
    {
        var key = record.Number();
        LastKey = Math.Max(LastKey, key);
        return key;
    }
}
