using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;
using MemoryStores.Sqlite;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>What SQLite promises beyond the seam: its units wait for nothing, its file outlives it, and erased bytes leave the disk.</summary>
public sealed class SqliteFileFacts : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly TemporaryDirectory directory = new();
    private readonly ManualClock clock = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Work_that_waits_for_something_foreign_is_refused_and_undone()
    {
        await using var engine = Open();
        var foreign = new TaskCompletionSource();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.RunAsync(null, async tx =>
        {
            await tx.PutSettingAsync("colour", "blue"u8.ToArray());
            await foreign.Task;
            return 0;
        }, Never));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await engine.ReadAsync(async _ =>
        {
            await foreign.Task;
            return 0;
        }, Never));

        Assert.Null(await engine.ReadAsync(reader => reader.FindSettingAsync("colour"), Never));
    }

    [Fact]
    public async Task What_was_answered_is_there_after_closing_and_opening()
    {
        var (caller, store, version) = (default(Caller), default(StoreId), default(MemoryVersion));
        await using (var engine = Open())
        {
            caller = await CallerAsync(engine);
            store = await StoreAsync(engine, caller);
            version = await CreateAsync(engine, caller, store, "/a", "text");
        }

        clock.Move(TimeSpan.FromDays(-1));
        await using var again = Open();
        Assert.False(again.EndedUncleanly);
        Assert.Equal(caller, await CallerAsync(again));
        var found = (await new RetrieveVersion(again).RunAsync(caller, store, version.Id, withContent: true, Never)).Done();
        Assert.Equal("text", found.Content!.ToString());
        var later = await CreateAsync(again, caller, store, "/b", "text");
        Assert.Equal(version.Seq + 1, later.Seq);
        Assert.True(later.CreatedAt > version.CreatedAt);
    }

    [Fact]
    public async Task After_a_redaction_no_file_holds_the_content_the_path_or_the_digest()
    {
        await using var engine = Open();
        var caller = await CallerAsync(engine);
        var store = await StoreAsync(engine, caller);
        // Enough of both that index pages split between them: what moves to a new page leaves a copy behind.
        var secrets = await CreateAllAsync(engine, caller, store, "secret", 40);
        for (var i = 0; i < 4; i++) await CreateAllAsync(engine, caller, store, $"neighbour {i}", 250);
        Assert.All(secrets.SelectMany(TracesOf), trace => Assert.True(IsOnDisk(trace), "The test looks for bytes that never were there."));

        var deletes = await CommitAsync(engine, caller, store,
            [.. secrets.Select(secret => new Change.Delete(new Target.ById(secret.Memory), Expectation.Nothing))]);
        var redact = new RedactVersion(engine, TimeSpan.FromSeconds(30));
        var redacted = await Task.WhenAll(secrets.Concat(deletes).Select(version => redact.RunAsync(caller, store, version.Id, Never).AsTask()));

        Assert.All(redacted, outcome => Assert.NotNull(outcome.Done().Redacted));
        Assert.All(secrets.SelectMany(TracesOf), trace => Assert.False(IsOnDisk(trace)));
    }

    [Fact]
    public async Task After_the_delete_of_a_store_no_file_holds_its_contents_paths_or_name()
    {
        await using var engine = Open();
        var caller = await CallerAsync(engine);
        var (kept, doomed) = (await StoreAsync(engine, caller), await StoreAsync(engine, caller, "doomed-name-7391"));
        await CreateAsync(engine, caller, kept, "/kept", "kept content");
        var version = await CreateAsync(engine, caller, doomed, "/secret-path-7391", "the-secret-content-7391");
        Assert.True(IsOnDisk("doomed-name-7391"u8));

        (await new DeleteStore(engine, TimeSpan.FromSeconds(30)).RunAsync(caller, doomed, Never)).Done();

        Assert.All(TracesOf(version), trace => Assert.False(IsOnDisk(trace)));
        Assert.False(IsOnDisk("doomed-name-7391"u8));
        Assert.True(IsOnDisk("kept content"u8));
    }

    private SqliteEngine Open() => new(directory.File("memories.db"), clock);

    private static async Task<Caller> CallerAsync(SqliteEngine engine)
    {
        var key = await new EnsureAdminKey(engine).RunAsync("secret", Never);
        return new Caller(key.Workspace, Actor.Key(key.Id));
    }

    private static async Task<StoreId> StoreAsync(SqliteEngine engine, Caller caller, string name = "Notes") =>
        StoreProfile.TryMake(name, "", [], out var profile, out _)
            ? (await new CreateStore(engine, new Limits()).RunAsync(caller, profile, Never)).Done().Id
            : throw new ArgumentException(name, nameof(name));

    private static async Task<MemoryVersion> CreateAsync(SqliteEngine engine, Caller caller, StoreId store, string path, string content) =>
        Assert.Single(await CommitAsync(engine, caller, store, new Change.Create(MemoryPath.FromStorage(path), MemoryContent.Of(content))));

    /// <summary>Memories of different contents at paths that lie far apart.</summary>
    private static Task<MemoryVersion[]> CreateAllAsync(SqliteEngine engine, Caller caller, StoreId store, string kind, int count) =>
        CommitAsync(engine, caller, store,
        [
            .. Enumerable.Range(0, count).Select(i => MemoryContent.Of($"content of {kind} {i}"))
                .Select(content => new Change.Create(MemoryPath.FromStorage($"/{content.Digest.ToString()[..8]}/{content}"), content)),
        ]);

    private static async Task<MemoryVersion[]> CommitAsync(SqliteEngine engine, Caller caller, StoreId store, params Change[] changes)
    {
        var outcome = await new CommitChanges(engine, new Limits()).RunAsync(new CommitRequest(caller, store, changes), Never);
        return [.. outcome.Done().Results.Select(result => Assert.IsType<ChangeResult.Written>(result).Version)];
    }

    private static byte[][] TracesOf(MemoryVersion version) =>
        [version.Content!.Utf8.ToArray(), Encoding.UTF8.GetBytes(version.Path!.Value), version.Digest!.Bytes.ToArray()];

    private bool IsOnDisk(ReadOnlySpan<byte> bytes)
    {
        foreach (var file in Directory.EnumerateFiles(directory.Path))
        {
            using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            open.CopyTo(copy);
            if (copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(bytes) >= 0) return true;
        }
        return false;
    }
}
