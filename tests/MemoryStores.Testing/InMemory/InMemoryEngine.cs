using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Testing.InMemory;

/// <summary>
/// A storage engine for tests alone, and the model that the simulation holds real engines against. All rows hang from one
/// immutable root: a unit works on a root of its own, which replaces the engine's when the unit ends well and is dropped when
/// it does not; a read keeps the root it began with. One lock lets one unit run at a time. Erasures are done at once.
/// </summary>
public sealed class InMemoryEngine(TimeProvider clock) : IStorageEngine
{
    private readonly SemaphoreSlim oneUnit = new(1, 1);
    private readonly Mint mint = new(clock);
    private readonly ChangeSignals signals = new();
    private volatile Root root = Root.Empty;
    private volatile bool closed;

    public string? Ailment => null;

    public async ValueTask<T> RunAsync<T>(Id? subject, Func<IStorageTransaction, ValueTask<T>> work, CancellationToken stop)
    {
        await oneUnit.WaitAsync(stop);
        try
        {
            if (closed) throw new StorageUnavailableException("The engine is closed.");
            // A wait that was cancelled may still be given the lock, when both happen at once.
            stop.ThrowIfCancellationRequested();
            // Only a unit takes the time: a look at the store must not move it on, as it does not in SQLite.
            var unit = new InMemoryTransaction(root, mint) { Now = mint.Now() };
            var value = await work(unit);
            root = unit.Root;
            if (subject is not null) signals.Publish(subject);
            foreach (var other in unit.Told) signals.Publish(other);
            return value;
        }
        finally
        {
            oneUnit.Release();
        }
    }

    public async ValueTask<T> ReadAsync<T>(Func<IStorageReader, ValueTask<T>> work, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return await work(new InMemoryTransaction(root, mint));
    }

    public ChangeWatch Watch(Id subject) => signals.Watch(subject);

    public ValueTask<bool> FinishErasuresAsync(TimeSpan patience, CancellationToken stop) => ValueTask.FromResult(true);

    public async ValueTask DisposeAsync()
    {
        await oneUnit.WaitAsync();
        closed = true;
        oneUnit.Release();
    }
}

/// <summary>Time that never goes back, and ids that grow strictly.</summary>
internal sealed class Mint(TimeProvider clock)
{
    private readonly Lock one = new();
    private long lastTime;
    private long lastId;

    public long Now()
    {
        lock (one) return lastTime = Math.Max(lastTime, Timestamp.Microseconds(clock.GetUtcNow()));
    }

    public string NewId(string tag)
    {
        lock (one) return IdMint.Next(tag, lastId = Math.Max(lastId + 1, lastTime));
    }
}
