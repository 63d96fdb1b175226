using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Remote;

namespace MemoryStores.Tests.Mount;

/// <summary>
/// A store in memory with the rules of the server's commits, and others who write to it. Nothing is ever taken from its history.
/// Every call can be held up or broken before it is carried out, and after.
/// </summary>
internal sealed class FakeStore : IRemoteStore
{
    public const int MemoryBytes = 102_400;
    private const string PathTaken = "memory_path_conflict_error";
    private const string Lost = "memory_precondition_failed_error";
    private const string Unknown = "not_found_error";

    public static readonly ServerUnreachableException Unreachable = new(ServerAddress.Default, "the line is cut");

    private readonly Lock one = new();
    private readonly Dictionary<string, CommitBody> receipts = [];
    private readonly Channel<Hint> hints = System.Threading.Channels.Channel.CreateUnbounded<Hint>();
    private Dictionary<string, Head> heads = [];
    private int lastId;
    private long seq;
    private int busy;

    public sealed record Head(string Id, string Path, byte[] Content, string Version, long Seq)
    {
        public string Text => Encoding.UTF8.GetString(Content);
    }

    public sealed record Version(string Id, string Memory, string Path, byte[]? Content, string? Commit);

    public bool HasCommits { get; set; } = true;

    /// <summary>Awaited before a call is carried out, and before its answer leaves; whatever it throws is the call's end.</summary>
    public Func<string, Task> Arriving { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> Leaving { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked about each change of each commit; what it answers is why the change is refused.</summary>
    public Func<ChangeBody, ErrorDetailBody?> Refuses { get; set; } = _ => null;

    /// <summary>Calls under way.</summary>
    public int Busy => Volatile.Read(ref busy);

    public long Seq => Interlocked.Read(ref seq);

    /// <summary>Told what becomes of each change.</summary>
    public Action<string>? Log { get; set; }

    public int MemoriesAllowed { get; set; } = int.MaxValue;

    public List<CommitRequestBody> Commits { get; } = [];

    /// <summary>It takes no changes any more.</summary>
    public bool IsArchived { get; set; }

    public IReadOnlyList<Version> History
    {
        get
        {
            lock (one) return [.. history];
        }
    }

    private readonly List<Version> history = [];

    /// <summary>The same store as it is now, for another course of events; without its handlers, and with nobody who follows.</summary>
    public FakeStore Copy()
    {
        lock (one)
        {
            var copy = new FakeStore { HasCommits = HasCommits, MemoriesAllowed = MemoriesAllowed, IsArchived = IsArchived, heads = new(heads), lastId = lastId, seq = seq };
            copy.history.AddRange(history);
            foreach (var (commit, answer) in receipts) copy.receipts.Add(commit, answer);
            return copy;
        }
    }

    public IReadOnlyDictionary<string, string> Texts
    {
        get
        {
            lock (one) return heads.Values.ToDictionary(head => head.Path, head => head.Text);
        }
    }

    public Head? At(string path)
    {
        lock (one) return heads.Values.FirstOrDefault(head => head.Path == path);
    }

    public IReadOnlyList<Head> Heads
    {
        get
        {
            lock (one) return [.. heads.Values];
        }
    }

    // What others do.

    public string Create(string path, string text) =>
        Must(new ChangeBody("create") { Path = path, Content = MemoryContent.Of(text) }).MemoryId!;

    public void Edit(string path, string text) => Must(new ChangeBody("update") { MemoryId = At(path)!.Id, Content = MemoryContent.Of(text) });

    public void Append(string path, string more) => Must(new ChangeBody("append") { MemoryId = At(path)!.Id, Content = MemoryContent.Of(more) });

    public void Move(string path, string to) => Must(new ChangeBody("rename") { MemoryId = At(path)!.Id, Path = to });

    public void Delete(string path) => Must(new ChangeBody("delete") { MemoryId = At(path)!.Id });

    /// <summary>What others try; false when the rules forbid it.</summary>
    public bool Try(ChangeBody change)
    {
        lock (one) return Carry(change, [], null, heads).Error is null;
    }

    /// <summary>Empties a version that is not the head; its place in history stays.</summary>
    public void Redact(string version)
    {
        lock (one)
        {
            var index = history.FindIndex(one => one.Id == version);
            history[index] = history[index] with { Content = null };
        }
    }

    /// <summary>Two memories change places in one commit.</summary>
    public void Swap(string path, string other)
    {
        lock (one)
        {
            var (a, b) = (At(path)!, At(other)!);
            heads[a.Id] = Write(a.Id, b.Path, a.Content, null);
            heads[b.Id] = Write(b.Id, a.Path, b.Content, null);
        }
    }

    // What the mount asks.

    public async Task<Listing> ListAsync(bool withContent, Action<MemoryBody> each, CancellationToken stop)
    {
        using var call = Call();
        await Arriving("list").WaitAsync(stop);
        foreach (var head in Heads) each(Body(head, withContent));
        await Leaving("list").WaitAsync(stop);
        return new Listing("1", seq, IsArchived);
    }

    public async Task<MemoryBody?> FindAsync(string memory, CancellationToken stop)
    {
        using var call = Call();
        await Arriving("find").WaitAsync(stop);
        MemoryBody? found;
        lock (one) found = heads.TryGetValue(memory, out var head) ? Body(head, withContent: true) : null;
        await Leaving("find").WaitAsync(stop);
        return found;
    }

    public async Task<byte[]?> ContentAsync(string version, CancellationToken stop)
    {
        using var call = Call();
        await Arriving("content").WaitAsync(stop);
        byte[]? found;
        lock (one) found = history.FirstOrDefault(one => one.Id == version)?.Content;
        await Leaving("content").WaitAsync(stop);
        return found;
    }

    public async Task<CommitBody> CommitAsync(CommitRequestBody commit, CancellationToken stop)
    {
        using var call = Call();
        await Arriving("commit").WaitAsync(stop);
        CommitBody answer;
        lock (one)
        {
            Commits.Add(commit);
            if (IsArchived) throw new ApiException(400, "invalid_request_error", "The store is archived.");
            if (!receipts.TryGetValue(commit.CommitId!, out answer!))
            {
                answer = commit.Atomic ? Together(commit) : OneByOne(commit);
                if (answer.Results.Any(result => result.Type != "refused")) receipts[commit.CommitId!] = Recalled(answer);
            }
        }
        await Leaving("commit").WaitAsync(stop);
        return answer;
    }

    public async IAsyncEnumerable<Hint> FollowAsync(string? cursor, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var hint in hints.Reader.ReadAllAsync(stop))
        {
            await Arriving("hint").WaitAsync(stop);
            yield return hint;
        }
    }

    public void Tell(Hint hint) => hints.Writer.TryWrite(hint);

    private Underway Call()
    {
        Interlocked.Increment(ref busy);
        return new Underway(this);
    }

    private readonly struct Underway(FakeStore store) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref store.busy);
    }

    private ChangeResultBody Must(ChangeBody change)
    {
        lock (one)
        {
            var result = Carry(change, [], null, heads);
            return result.Error is null ? result : throw new InvalidOperationException(result.Error.Message);
        }
    }

    private CommitBody OneByOne(CommitRequestBody commit)
    {
        var results = new List<ChangeResultBody>();
        foreach (var change in commit.Changes) results.Add(Carry(change, results, commit.CommitId, heads));
        return Answer(commit, results);
    }

    /// <summary>Judged by the end alone, as on the server: memories may change places.</summary>
    private CommitBody Together(CommitRequestBody commit)
    {
        var (before, results, written, last) = (new Dictionary<string, Head>(heads), new List<ChangeResultBody>(), history.Count, seq);
        foreach (var (index, change) in commit.Changes.Index())
        {
            var result = Carry(change, results, commit.CommitId, heads, judgePlaces: false);
            results.Add(result);
            var error = result.Error ?? (index == commit.Changes.Count - 1 ? Clash() : null);
            if (error is null) continue;
            heads = before;
            history.RemoveRange(written, history.Count - written);
            seq = last;
            told.Clear();
            throw new ApiException(error.Type == Unknown ? 404 : 409, error.Type, error.Message)
            {
                ConflictingPath = error.ConflictingPath,
                ConflictingMemoryId = error.ConflictingMemoryId,
                Change = index,
            };
        }
        foreach (var hint in told) Tell(hint);
        told.Clear();
        return Answer(commit, results);
    }

    private readonly List<Hint> told = [];

    private ErrorDetailBody? Clash()
    {
        foreach (var head in heads.Values.OrderBy(head => head.Seq))
        {
            if (Occupant(head.Path, head.Id) is { } other) return Taken(other);
        }
        return null;
    }

    private CommitBody Answer(CommitRequestBody commit, List<ChangeResultBody> results) =>
        new() { MemoryStoreId = "memstore_1", CommitId = commit.CommitId, Repeated = false, Seq = seq, Results = results };

    /// <summary>A receipt remembers what became of each change, and not who stood in its way.</summary>
    private static CommitBody Recalled(CommitBody answer) => answer with
    {
        Repeated = true,
        Results = [.. answer.Results.Select(result => result.Error is null ? result : result with { Error = new ErrorDetailBody(result.Error.Type, "Refused before.") })],
    };

    private ChangeResultBody Carry(ChangeBody change, List<ChangeResultBody> earlier, string? commit, Dictionary<string, Head> into, bool judgePlaces = true)
    {
        var result = Judged(change, earlier, commit, into, judgePlaces);
        Log?.Invoke($"    {commit?[..4] ?? "they"}: {change.Type} {change.MemoryId} {change.Path} expects {change.ExpectedVersionId} '{change.Content?.ToString().ReplaceLineEndings(" ")}': "
            + $"{result.Type} {result.MemoryId} {result.MemoryVersionId} {result.Error?.Type} {result.Error?.ConflictingMemoryId}");
        return result;
    }

    private ChangeResultBody Judged(ChangeBody change, List<ChangeResultBody> earlier, string? commit, Dictionary<string, Head> into, bool judgePlaces)
    {
        if (commit is not null && Refuses(change) is { } why) return Refused(why);
        if (change.Type == "create")
        {
            if (judgePlaces && Occupant(change.Path!, null) is { } there) return Refused(Taken(there));
            if (into.Count >= MemoriesAllowed) return Refused(new ErrorDetailBody("memory_limit_error", "The store is full."));
            return Written(into, Write("mem_" + ++lastId, change.Path!, change.Content!.Utf8.ToArray(), commit, !judgePlaces));
        }
        if (change.MemoryId is null) throw new ApiException(400, "invalid_request_error", "memory_id or at is required.");
        var target = Earlier(change.MemoryId, earlier) is { } first ? first.MemoryId : change.MemoryId;
        if (target is null || !into.TryGetValue(target, out var head)) return Refused(new ErrorDetailBody(Unknown, "There is no such memory."));
        var expected = Earlier(change.ExpectedVersionId, earlier) is { } left ? left.MemoryVersionId ?? "none" : change.ExpectedVersionId;
        if (expected is not (null or "anything") && expected != head.Version) return Refused(new ErrorDetailBody(Lost, "The head moved."));
        if (change.Type == "delete")
        {
            var gone = Write(head.Id, head.Path, null, commit, !judgePlaces);
            into.Remove(head.Id);
            return new ChangeResultBody("written") { MemoryId = head.Id, MemoryVersionId = gone.Version, Seq = gone.Seq };
        }
        var content = change.Type == "append" ? [.. head.Content, .. change.Content!.Utf8.Span] : change.Content?.Utf8.ToArray() ?? head.Content;
        if (content.Length > MemoryBytes) return Refused(new ErrorDetailBody("request_too_large", "Too large."));
        var path = change.Path ?? head.Path;
        if (judgePlaces && path != head.Path && Occupant(path, head.Id) is { } occupant) return Refused(Taken(occupant));
        if (path == head.Path && content.AsSpan().SequenceEqual(head.Content)) return new ChangeResultBody("unchanged") { MemoryId = head.Id, MemoryVersionId = head.Version };
        return Written(into, Write(head.Id, path, content, commit, !judgePlaces));
    }

    private Head? Occupant(string path, string? but) => heads.Values.FirstOrDefault(head => head.Id != but
        && (head.Path == path || head.Path.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(head.Path + "/", StringComparison.Ordinal)));

    private static ErrorDetailBody Taken(Head by) => new(PathTaken, $"{by.Path} is in the way.") { ConflictingPath = by.Path, ConflictingMemoryId = by.Id };

    private static ChangeResultBody Refused(ErrorDetailBody why) => new("refused") { Error = why };

    private static ChangeResultBody Written(Dictionary<string, Head> into, Head head)
    {
        into[head.Id] = head;
        return new ChangeResultBody("written") { MemoryId = head.Id, MemoryVersionId = head.Version, Seq = head.Seq, ContentSha256 = Digest(head.Content) };
    }

    private Head Write(string memory, string path, byte[]? content, string? commit, bool tellLater = false)
    {
        var version = new Version("memver_" + (++seq).ToString(CultureInfo.InvariantCulture), memory, path, content, commit);
        history.Add(version);
        var hint = new Hint.MemoryChanged(version.Id, memory, seq, commit);
        if (tellLater) told.Add(hint);
        else Tell(hint);
        return new Head(memory, path, content ?? [], version.Id, seq);
    }

    private static ChangeResultBody? Earlier(string? reference, List<ChangeResultBody> earlier) =>
        reference is not null && reference.StartsWith("change:", StringComparison.Ordinal)
            ? earlier[int.Parse(reference.AsSpan("change:".Length), CultureInfo.InvariantCulture)]
            : null;

    private static string Digest(byte[] content) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));

    private static MemoryBody Body(Head head, bool withContent) => new()
    {
        Id = head.Id,
        MemoryStoreId = "memstore_1",
        MemoryVersionId = head.Version,
        Path = head.Path,
        Content = withContent ? MemoryContent.TryFrom(head.Content) : null,
        ContentSha256 = Digest(head.Content),
        ContentSizeBytes = head.Content.Length,
        CreatedAt = "2026-07-22T10:00:00Z",
        UpdatedAt = "2026-07-22T10:00:00Z",
    };
}
