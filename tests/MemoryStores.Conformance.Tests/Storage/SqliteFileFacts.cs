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
        for (var i = 0; i < 50; i++) await CreateAsync(engine, caller, store, $"/before/{i}", $"neighbour {i}");
        var version = await CreateAsync(engine, caller, store, "/secret-path-7391", "the-secret-content-7391");
        for (var i = 0; i < 50; i++) await CreateAsync(engine, caller, store, $"/after/{i}", $"neighbour {i}");
        Assert.All(TracesOf(version), trace => Assert.True(IsOnDisk(trace), "The test looks for bytes that never were there."));

        await CommitAsync(engine, caller, store, new Change.Delete(new Target.ById(version.Memory), Expectation.Nothing));
        var deleted = (await new ListVersions(engine).RunAsync(caller, new(store, 1, WithContent: false), Never)).Done().Items[0];
        foreach (var id in new[] { version.Id, deleted.Id })
            (await new RedactVersion(engine, TimeSpan.FromSeconds(30)).RunAsync(caller, store, id, Never)).Done();

        Assert.All(TracesOf(version), trace => Assert.False(IsOnDisk(trace)));
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
        await CommitAsync(engine, caller, store, new Change.Create(MemoryPath.FromStorage(path), MemoryContent.Of(content)));

    private static async Task<MemoryVersion> CommitAsync(SqliteEngine engine, Caller caller, StoreId store, Change change)
    {
        var outcome = await new CommitChanges(engine, new Limits()).RunAsync(new CommitRequest(caller, store, [change]), Never);
        return Assert.IsType<ChangeResult.Written>(Assert.Single(outcome.Done().Results)).Version;
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
