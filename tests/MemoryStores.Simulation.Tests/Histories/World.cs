using System.Globalization;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;
using MemoryStores.Testing;

namespace MemoryStores.Simulation.Tests.Histories;

/// <summary>One engine with the operations on it: takes a step, and tells in plain words how it ended.</summary>
internal sealed class World(IStorageEngine engine, Limits limits)
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Caller caller = null!;

    public Names Names { get; } = new();

    /// <summary>The engine may be another one after a crash; the names go on.</summary>
    public IStorageEngine Engine { get; set; } = engine;

    private CommitChanges Commits => new(Engine, limits);

    public async Task BeginAsync()
    {
        var key = await new EnsureAdminKey(Engine).RunAsync("simulation", Never);
        caller = new Caller(key.Workspace, new Actor(ActorKind.ApiKey, "apikey_simulation"));
    }

    public async Task<string> RunAsync(Step step) => Names.Plain(await DoAsync(step));

    /// <summary>Several clients at once, whose units wait behind one that is held up: so they come in this order, and share a batch.</summary>
    public async Task<string> RunTogetherAsync(IReadOnlyList<Step> steps)
    {
        using var release = new ManualResetEventSlim();
        var heldUp = Engine.RunAsync(null, _ =>
        {
            release.Wait();
            return ValueTask.FromResult(true);
        }, Never).AsTask();
        var running = steps.Select(DoAsync).ToList();
        release.Set();
        await heldUp;
        return string.Join('\n', (await Task.WhenAll(running)).Select(Names.Plain));
    }

    /// <summary>The same one after the other. No client knows yet what another's change has made, so names come last.</summary>
    public async Task<string> RunInTurnAsync(IReadOnlyList<Step> steps)
    {
        var told = new List<string>();
        foreach (var step in steps) told.Add(await DoAsync(step));
        return string.Join('\n', told.Select(Names.Plain));
    }

    /// <summary>Throws where a store's history does not hold, hash by hash.</summary>
    public async Task AuditAsync()
    {
        var stores = await new ListStores(Engine).RunAsync(caller, new StoreQuery(caller.Workspace, true, null, null, null, 1_000), Never);
        foreach (var store in stores.Items) await HistoryAudit.WalkAsync(Engine, caller.Workspace, store.Id);
    }

    /// <summary>Everything a client could see, each list to its end.</summary>
    public async Task<string> StateAsync()
    {
        var all = new StringBuilder();
        var stores = await new ListStores(Engine).RunAsync(caller, new StoreQuery(caller.Workspace, true, null, null, null, 1_000), Never);
        foreach (var store in stores.Items)
        {
            all.AppendLine(Text(store));
            var memories = ((Outcome<MemoryPage>.Done)await new ListMemories(Engine).RunAsync(
                caller, new MemoryPageRequest(store.Id, "/", false, null, 1_000, true), Never)).Value;
            foreach (var item in memories.Items) all.AppendLine(Text(item));
            var versions = ((Outcome<VersionPage>.Done)await new ListVersions(Engine).RunAsync(
                caller, new VersionQuery(store.Id, 100_000, true), Never)).Value;
            foreach (var version in versions.Items) all.AppendLine(Text(version));
            foreach (var query in new HistoryQuery[] { new(store.Id, 100_000) { OldestFirst = true }, new(store.Id, 100_000) { Within = "/a/" }, new(store.Id, 100_000) { Kind = HistoryKind.MemoryConflict } })
            {
                foreach (var line in await Engine.ReadAsync(reader => reader.ListHistoryAsync(query), Never)) all.AppendLine(Text(line));
            }
        }
        return Names.Plain(all.ToString());
    }

    private async Task<string> DoAsync(Step step) => step switch
    {
        Step.MakeStore make => Text(await new CreateStore(Engine, limits).RunAsync(caller, Profile(make.Name), Never), Text),
        Step.ChangeStore change => Text(await new UpdateStore(Engine).RunAsync(
            caller, Names.Store(change.Store), new StorePatch(change.Name, null, new Dictionary<string, string?> { ["note"] = change.Note }), Never), Text),
        Step.Archive archive => Text(await new ArchiveStore(Engine).RunAsync(caller, Names.Store(archive.Store), Never), Text),
        Step.DropStore drop => Text(await new DeleteStore(Engine, Patience).RunAsync(caller, Names.Store(drop.Store), Never), id => id.Value),
        Step.Create create => Text(await new CreateMemory(Commits).RunAsync(
            caller, Names.Store(create.Store), At(create.Path), MemoryContent.Of(create.Content), Never), Text),
        Step.Update update => update.Content is null && update.Path is null ? "nothing asked" : Text(await new UpdateMemory(Commits).RunAsync(
            caller, Names.Store(update.Store), Names.Memory(update.Memory), update.Content is null ? null : MemoryContent.Of(update.Content),
            update.Path is null ? null : At(update.Path), If(update.IfContent), true, Never), Text),
        Step.Delete delete => Text(await new DeleteMemory(Commits).RunAsync(
            caller, Names.Store(delete.Store), Names.Memory(delete.Memory), If(delete.IfContent), Never), id => id.Value),
        Step.Commit commit => await CommitAsync(commit),
        Step.Redact redact => Text(await new RedactVersion(Engine, Patience).RunAsync(
            caller, Names.Store(redact.Store), Names.Version(redact.Version), Never), Text),
        Step.Look look => await LookAsync(look),
        Step.LookAtVersions look => await LookAsync(look),
        _ => "",
    };

    private async Task<string> CommitAsync(Step.Commit commit)
    {
        var request = new CommitRequest(caller, Names.Store(commit.Store), [.. commit.Parts.Select(Change)]) { CommitId = commit.Id, Atomic = commit.Atomic };
        return Text(await Commits.RunAsync(request, Never), outcome =>
            $"seq {outcome.Seq} {(outcome.Repeated ? "again " : "")}{string.Join(", ", outcome.Results.Select(Text))}");
    }

    private Change Change(Part part)
    {
        Target target = part.At is not null ? new Target.AtPath(At(part.At))
            : part.Memory < 0 ? new Target.OfChange(-1 - part.Memory)
            : new Target.ById(Names.Memory(part.Memory));
        var expects = part.AfterPart is { } after ? new Expectation.LeftBy(after)
            : part.IfVersion is { } version ? new Expectation.That(new Precondition.VersionIs(Names.Version(version)))
            : Expectation.Nothing;
        var contradicted = part.ConflictWith is { } other ? Names.Version(other) : null;
        var (path, content) = (part.Path is null ? null : At(part.Path), part.Content is null ? null : MemoryContent.Of(part.Content));
        return part.Kind switch
        {
            "create" => new Change.Create(path!, content!).Against(contradicted),
            "append" => new Change.Append(target, content!, expects),
            "delete" => new Change.Delete(target, expects),
            _ => new Change.Update(target, content, path, expects).Against(contradicted),
        };
    }

    /// <summary>A list walked page by page, each page told apart.</summary>
    private async Task<string> LookAsync(Step.Look look)
    {
        var (told, after) = (new StringBuilder(), (MemoryListCursor?)null);
        while (true)
        {
            var request = new MemoryPageRequest(Names.Store(look.Store), look.Prefix, look.Direct, after, look.Limit, true);
            if (await new ListMemories(Engine).RunAsync(caller, request, Never) is not Outcome<MemoryPage>.Done(var page)) return "refused";
            told.AppendJoin(", ", page.Items.Select(Text)).Append(" / ");
            if (page.Next is null) return told.ToString();
            after = page.Next;
        }
    }

    private async Task<string> LookAsync(Step.LookAtVersions look)
    {
        var (told, below) = (new StringBuilder(), (long?)null);
        while (true)
        {
            var query = new VersionQuery(Names.Store(look.Store), look.Limit, true)
            {
                Memory = look.Memory is { } memory ? Names.Memory(memory) : null, PathPrefix = look.Prefix, BelowSeq = below,
            };
            var narrow = look.Prefix is null ? caller : caller with { Grant = new Grant(KeyRole.Read, null, look.Prefix) };
            if (await new ListVersions(Engine).RunAsync(narrow, query, Never) is not Outcome<VersionPage>.Done(var page)) return "refused";
            told.AppendJoin(", ", page.Items.Select(Text)).Append(" / ");
            if (page.NextBelowSeq is null) return told.ToString();
            below = page.NextBelowSeq;
        }
    }

    private static string Text<T>(Outcome<T> outcome, Func<T, string> text) =>
        outcome is Outcome<T>.Done done ? text(done.Value) : ((Outcome<T>.Refused)outcome).Why.ToString();

    private static string Text(MemoryStore store) =>
        $"{store.Id} {store.Profile.Name} {string.Join(',', store.Profile.Metadata)} {store.CreatedAt} {store.UpdatedAt} {store.ArchivedAt}";

    private static string Text(MemoryListItem item) => item is MemoryListItem.One one ? Text(one.Memory) : item.Path;

    private static string Text(Memory memory) =>
        $"{memory.Id} {memory.Store} {memory.Head} {memory.Path} {Text(memory.Content)} {memory.Digest} {memory.Size} {memory.CreatedAt} {memory.UpdatedAt}";

    private static string Text(MemoryVersion version) => string.Create(CultureInfo.InvariantCulture,
        $"{version.Id} {version.Memory} {version.Seq} {version.Operation} {version.Path} {Text(version.Content)} {version.Digest} {version.Size} {version.CreatedAt} {version.CreatedBy?.Id} {version.CommitId} {version.Redacted?.At}");

    private static string Text(HistoryLine line) => string.Create(CultureInfo.InvariantCulture,
        $"{line.Entry.Seq} {line.Entry.Kind} {line.Entry.At} {line.Entry.Memory} {line.Entry.Version} {line.Entry.About} {line.Path} {line.PathBefore} {line.PathAbout}");

    private static string Text(ChangeResult result) => result switch
    {
        ChangeResult.Written written => $"written {Text(written.Version with { Content = null })}",
        ChangeResult.Unchanged same => $"unchanged {same.MemoryId} {same.Head}",
        _ => result.ToString(),
    };

    private static string Text(MemoryContent? content) => content is null ? "-" : $"'{(content.Size > 20 ? content.Size : content)}'";

    private static Precondition If(string? content) => content is null ? Precondition.None : new Precondition.ContentIs(MemoryContent.Of(content).Digest);

    private static MemoryPath At(string path) => MemoryPath.TryParse(path, out var parsed, out var reason) ? parsed : throw new ArgumentException(reason);

    private static StoreProfile Profile(string name) => StoreProfile.TryMake(name, "", [], out var profile, out _) ? profile : throw new ArgumentException(name);
}
