using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;
using MemoryStores.Sqlite;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>A database opened in this process, and the operations a test plays on it.</summary>
public sealed class OpenDatabase : IAsyncDisposable
{
    public const string Name = "memories.db";

    // No test waits for an erasure that never ends: dotnet test would say only that something hung.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public SqliteEngine Engine { get; }
    public Caller Caller { get; }
    public CommitChanges Commit { get; }
    public RedactVersion Redact { get; }
    public DeleteStore DeleteStore { get; }

    private OpenDatabase(SqliteEngine engine, Caller caller)
    {
        (Engine, Caller) = (engine, caller);
        Commit = new CommitChanges(engine, new Limits { MemoriesPerStore = 1_000_000, StoreBytes = long.MaxValue });
        Redact = new RedactVersion(engine, Patience);
        DeleteStore = new DeleteStore(engine, Patience);
    }

    public static async Task<OpenDatabase> OpenAsync(string directory)
    {
        var engine = new SqliteEngine(Path.Combine(directory, Name), TimeProvider.System);
        var key = await new EnsureAdminKey(engine).RunAsync("key", CancellationToken.None);
        return new OpenDatabase(engine, new Caller(key.Workspace, Actor.Key(key.Id)));
    }

    public async Task<StoreId> NewStoreAsync(string name, string description = "", params (string Key, string Value)[] metadata)
    {
        Assert.True(StoreProfile.TryMake(
            name, description, metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)), out var profile, out var refusal), refusal?.Message);
        return Done(await new CreateStore(Engine, new Limits()).RunAsync(Caller, profile!, CancellationToken.None)).Id;
    }

    /// <summary>Redacts versions, many at once; every one has answered that it is erased.</summary>
    public Task RedactAsync(IEnumerable<WrittenVersion> versions) =>
        Parallel.ForEachAsync(versions, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (version, stop) =>
            Done(await Redact.RunAsync(Caller, version.Store, version.Id, stop)));

    /// <summary>The value of an operation that was not refused.</summary>
    public static T Done<T>(Outcome<T> outcome) => outcome switch
    {
        Outcome<T>.Done done => done.Value,
        Outcome<T>.Refused refused => throw new Xunit.Sdk.XunitException($"Refused: {refused.Why.Message}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>
    /// The files as a kill at this moment would leave them: they are copied by a unit of work, while which the one writer
    /// writes nothing else.
    /// </summary>
    public ValueTask<bool> CopyAsOfACrashAsync(string data, string to) => Engine.RunAsync(null, _ =>
    {
        foreach (var file in (string[])[Name, Name + "-wal"]) File.Copy(Path.Combine(data, file), Path.Combine(to, file));
        return ValueTask.FromResult(true);
    }, CancellationToken.None);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
