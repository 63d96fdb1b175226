using MemoryStores.Engine.Storage;
using MemoryStores.Sqlite;
using MemoryStores.Testing;
using MemoryStores.Testing.InMemory;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>A kind of engine, and the place where one test's engine keeps its rows.</summary>
public abstract class StorageUnderTest : IDisposable
{
    public abstract Task<IStorageEngine> OpenAsync(TimeProvider clock);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>SQLite on a temporary file.</summary>
public sealed class SqliteFile : StorageUnderTest
{
    private readonly TemporaryDirectory directory = new();

    public override async Task<IStorageEngine> OpenAsync(TimeProvider clock)
    {
        var engine = new SqliteEngine(directory.File("memories.db"), clock);
        await engine.StartupWork;
        return engine;
    }

    public override void Dispose()
    {
        directory.Dispose();
        base.Dispose();
    }
}

/// <summary>The model of the simulation, held to the same facts as the engines it judges.</summary>
public sealed class Model : StorageUnderTest
{
    public override Task<IStorageEngine> OpenAsync(TimeProvider clock) => Task.FromResult<IStorageEngine>(new InMemoryEngine(clock));
}
