using System.Collections.Concurrent;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Sqlite;

/// <summary>
/// A fixed number of read-only connections. Each read has one to itself and one WAL snapshot; the gate can be closed for the
/// moment in which the WAL is cut, which no snapshot may outlive.
/// </summary>
internal sealed class SqliteReaders(SqliteConnections connections, TimeProvider clock) : IDisposable
{
    // More only queue for the cores; fewer would let one slow page hold up every other read.
    private static readonly int Count = Math.Max(4, 2 * Environment.ProcessorCount);

    private readonly SemaphoreSlim free = new(Count, Count);
    private readonly ConcurrentBag<(Statements Db, SqliteTransaction View)> idle = [];
    private readonly SemaphoreSlim oneCloser = new(1, 1);
    private int waiting;

    /// <summary>Reads that found every connection taken.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    public async ValueTask<T> ReadAsync<T>(Func<IStorageReader, ValueTask<T>> work, CancellationToken stop)
    {
        await EnterAsync(stop);
        try
        {
            if (!idle.TryTake(out var reader)) reader = Open();
            var sound = false;
            try
            {
                reader.Db.Run("BEGIN");
                reader.View.Begin();
                var read = work(reader.View);
                if (!read.IsCompleted) throw new InvalidOperationException("A read waited for something other than its reader.");
                var value = await read;
                reader.Db.Run("COMMIT");
                sound = true;
                return value;
            }
            finally
            {
                // A connection that failed is not trusted again: closing it ends its snapshot whatever state it is in.
                if (sound) idle.Add(reader);
                else reader.Db.Dispose();
            }
        }
        finally
        {
            free.Release();
        }
    }

    private ValueTask EnterAsync(CancellationToken stop)
    {
        return free.Wait(0, CancellationToken.None) ? ValueTask.CompletedTask : WaitAsync();

        async ValueTask WaitAsync()
        {
            Interlocked.Increment(ref waiting);
            try
            {
                await free.WaitAsync(stop);
            }
            finally
            {
                Interlocked.Decrement(ref waiting);
            }
        }
    }

    /// <summary>Runs an action while no read is under way; reads that come meanwhile wait.</summary>
    public void WithGateClosed(Action action)
    {
        oneCloser.Wait();
        var taken = 0;
        try
        {
            while (taken < Count)
            {
                free.Wait();
                taken++;
            }
            action();
        }
        finally
        {
            if (taken > 0) free.Release(taken);
            oneCloser.Release();
        }
    }

    public void Dispose() => WithGateClosed(() =>
    {
        while (idle.TryTake(out var reader)) reader.Db.Dispose();
    });

    private (Statements, SqliteTransaction) Open()
    {
        var db = connections.OpenReader();
        return (db, new SqliteTransaction(db, clock));
    }
}
