using System.Diagnostics;
using System.Threading.Channels;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MemoryStores.Sqlite;

/// <summary>
/// The one writer of a database, on a thread of its own. It takes the units that wait, runs each under a savepoint, makes
/// them durable with one COMMIT, and only then answers all of them:
/// 1. gather a batch; 2. BEGIN IMMEDIATE; 3. each unit under its savepoint; 4. COMMIT, which is the fsync; 5. answer, and
/// wake who watches a store or session of the batch.
/// When an error rolls back more than its unit (a full disk does), nothing of the batch happened, and 6. its units run again
/// one by one, so that each caller's answer is what the file holds.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    // Units in one COMMIT: enough to share the fsync among all that wait, few enough to answer within some milliseconds.
    private const int UnitsPerBatch = 256;
    private static readonly TimeSpan BatchTime = TimeSpan.FromMilliseconds(20);

    // Callers beyond this wait for room; a unit is small, so this bounds memory and not work.
    private const int QueueLength = 4_096;

    private readonly Channel<Job> queue = Channel.CreateBounded<Job>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly Statements db;
    private readonly SqliteTransaction transaction;
    private readonly TimeProvider clock;
    private readonly SqliteMetrics metrics;
    private readonly ChangeSignals signals;
    private readonly Thread thread;

    /// <summary>Set once a failure left it unknown what the disk holds; no write is taken until the next start.</summary>
    public string? Ailment { get; private set; }

    public int Waiting => queue.Reader.Count;

    public SqliteWriter(Statements db, TimeProvider clock, SqliteMetrics metrics, ChangeSignals signals)
    {
        this.db = db;
        this.clock = clock;
        this.metrics = metrics;
        this.signals = signals;
        transaction = new SqliteTransaction(db, clock);
        thread = new Thread(Loop) { IsBackground = true, Name = "sqlite-writer" };
        thread.Start();
    }

    public async ValueTask<T> RunAsync<T>(Id? subject, Func<IStorageTransaction, ValueTask<T>> work, CancellationToken stop)
    {
        var unit = new Unit<T>(subject, work, stop);
        await EnqueueAsync(unit, stop);
        return await unit.Outcome;
    }

    /// <summary>Runs work on the writer's connection between batches, outside of a transaction: what a unit cannot do.</summary>
    public async ValueTask RunExclusiveAsync(Action<Statements> work)
    {
        var exclusive = new Exclusive(work);
        await EnqueueAsync(exclusive, CancellationToken.None);
        await exclusive.Outcome;
    }

    /// <summary>Ends after answering every unit that was taken.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
        db.Dispose();
    }

    private async ValueTask EnqueueAsync(Job job, CancellationToken stop)
    {
        if (Ailment is { } ailment) throw new StorageUnavailableException(ailment);
        try
        {
            await queue.Writer.WriteAsync(job, stop);
        }
        catch (ChannelClosedException)
        {
            throw new StorageUnavailableException("The server is shutting down.");
        }
    }

    private void Loop()
    {
        var batch = new List<Job>(UnitsPerBatch);
        while (WaitForWork())
        {
            // 1. Gather a batch. An exclusive job ends it, and runs after it.
            Exclusive? exclusive = null;
            while (exclusive is null && batch.Count < UnitsPerBatch && queue.Reader.TryRead(out var job))
            {
                if (job is Exclusive alone) exclusive = alone;
                else if (!job.Stopped()) batch.Add(job);
            }
            if (batch.Count > 0) RunBatch(batch);
            batch.Clear();
            if (exclusive is not null) RunExclusive(exclusive);
        }
    }

    private bool WaitForWork()
    {
        var wait = queue.Reader.WaitToReadAsync();
        return wait.IsCompletedSuccessfully ? wait.Result : wait.AsTask().GetAwaiter().GetResult();
    }

    private void RunBatch(List<Job> batch)
    {
        if (Ailment is { } ailment)
        {
            foreach (var job in batch) job.Fail(new StorageUnavailableException(ailment));
            return;
        }
        var until = clock.GetTimestamp() + (long)(BatchTime.TotalSeconds * clock.TimestampFrequency);
        var done = 0;
        while (done < batch.Count)
        {
            var ran = TryTogether(batch, done, until);
            if (ran > 0)
            {
                done += ran;
                continue;
            }
            // 6. One by one.
            metrics.Rerun(batch.Count - done);
            for (; done < batch.Count; done++) RunAlone(batch[done]);
        }
    }

    /// <summary>Runs units from one place of the batch in one transaction, as many as the time allows; 0 when nothing of it happened.</summary>
    private int TryTogether(List<Job> batch, int first, long until)
    {
        var next = first;
        var (began, committing) = (Stopwatch.GetTimestamp(), 0L);
        try
        {
            db.Run("BEGIN IMMEDIATE"); // 2.
            do
            {
                RunUnderSavepoint(batch[next++]); // 3.
            }
            while (next < batch.Count && clock.GetTimestamp() < until);
            committing = Stopwatch.GetTimestamp();
            db.Run("COMMIT"); // 4.
        }
        catch (SqliteException broken)
        {
            RollBack();
            NoteAilment(broken);
            return 0;
        }
        metrics.Batch(next - first, began, committing, Stopwatch.GetTimestamp());
        for (var i = first; i < next; i++) Answer(batch[i]); // 5.
        return next - first;
    }

    private void RunAlone(Job job)
    {
        try
        {
            if (Ailment is { } ailment) throw new StorageUnavailableException(ailment);
            db.Run("BEGIN IMMEDIATE");
            RunUnderSavepoint(job);
            db.Run("COMMIT");
            Answer(job);
        }
        catch (SqliteException broken)
        {
            RollBack();
            NoteAilment(broken);
            job.Fail(new StorageUnavailableException(Ailment ?? Explain(broken), broken));
        }
        catch (StorageUnavailableException unavailable)
        {
            job.Fail(unavailable);
        }
    }

    private void Answer(Job job)
    {
        job.Answer();
        if (job.Subject is { } subject) signals.Publish(subject);
        foreach (var other in job.Told) signals.Publish(other);
    }

    private void RunExclusive(Exclusive job)
    {
        try
        {
            if (Ailment is { } ailment) throw new StorageUnavailableException(ailment);
            job.Run(db);
        }
        catch (SqliteException broken)
        {
            RollBack();
            NoteAilment(broken);
            job.Fail(new StorageUnavailableException(Ailment ?? Explain(broken), broken));
        }
        catch (Exception broken)
        {
            RollBack();
            job.Fail(broken);
        }
    }

    /// <summary>Undoes the unit alone if its work throws; lets an error through that has undone the whole transaction.</summary>
    private void RunUnderSavepoint(Job job)
    {
        db.Run("SAVEPOINT unit");
        try
        {
            transaction.Begin();
            job.Work(transaction);
            job.Told = transaction.Told;
            db.Run("RELEASE unit");
        }
        catch (SqliteException broken) when (db.OutsideTransaction || IsForTheWholeDatabase(broken))
        {
            throw;
        }
        catch (Exception broken) when (!db.OutsideTransaction)
        {
            db.RewindAll();
            db.Run("ROLLBACK TO unit");
            db.Run("RELEASE unit");
            job.Doom(broken);
        }
    }

    private void RollBack()
    {
        db.RewindAll();
        if (!db.OutsideTransaction) db.Run("ROLLBACK");
    }

    private static bool IsForTheWholeDatabase(SqliteException broken) =>
        broken.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_NOMEM
            or raw.SQLITE_BUSY or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN;

    private void NoteAilment(SqliteException broken)
    {
        // After a failed fsync nobody knows what the disk holds, and asking again would lie: the kernel forgets the error.
        if (broken.SqliteExtendedErrorCode is raw.SQLITE_IOERR_FSYNC or raw.SQLITE_IOERR_DIR_FSYNC
            || broken.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            Ailment = $"The database cannot be written any more: {broken.Message} Check the disk, then restart the server.";
        }
    }

    private static string Explain(SqliteException broken) => broken.SqliteErrorCode == raw.SQLITE_FULL
        ? "The disk is full: the change was not made. Free some space, then repeat it."
        : $"The database could not be written: {broken.Message}";

    /// <summary>Work that waits, and its caller.</summary>
    private abstract class Job
    {
        public virtual Id? Subject => null;
        public IReadOnlyList<Id> Told { get; set; } = [];
        public abstract bool Stopped();
        public abstract void Work(SqliteTransaction transaction);
        public abstract void Answer();
        public abstract void Doom(Exception why);
        public abstract void Fail(Exception why);
    }

    private sealed class Unit<T>(Id? subject, Func<IStorageTransaction, ValueTask<T>> work, CancellationToken stop) : Job
    {
        public override Id? Subject => subject;

        private readonly TaskCompletionSource<T> caller = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? doom;
        private T? value;

        public Task<T> Outcome => caller.Task;

        public override bool Stopped() => stop.IsCancellationRequested && caller.TrySetCanceled(stop);

        public override void Work(SqliteTransaction transaction)
        {
            doom = null;
            var running = work(transaction);
            if (!running.IsCompleted) throw new InvalidOperationException("A unit of work waited for something other than its transaction.");
            value = running.GetAwaiter().GetResult();
        }

        public override void Doom(Exception why) => doom = why;

        public override void Answer()
        {
            if (doom is null) caller.SetResult(value!);
            else caller.SetException(doom);
        }

        public override void Fail(Exception why) => caller.SetException(why);
    }

    private sealed class Exclusive(Action<Statements> work) : Job
    {
        private readonly TaskCompletionSource caller = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Outcome => caller.Task;

        public void Run(Statements db)
        {
            work(db);
            caller.SetResult();
        }

        public override bool Stopped() => false;
        public override void Work(SqliteTransaction transaction) => throw new InvalidOperationException("An exclusive job is no unit.");
        public override void Answer() { }
        public override void Doom(Exception why) { }
        public override void Fail(Exception why) => caller.SetException(why);
    }
}
