using System.Collections.Concurrent;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>Work shown to a worker, with a token of its session.</summary>
public sealed record DeliveredWork(WorkItem Item, string Token);

/// <summary>
/// Shows a worker the oldest work that nobody has, and waits a little where there is none. Shown is not taken: what is not
/// acknowledged soon is shown again, to whoever asks, and so is work whose worker is heard of no more.
/// </summary>
public sealed class PollWork(IStorageEngine storage, TimeProvider clock)
{
    public static readonly TimeSpan ReclaimUnlessAsked = TimeSpan.FromMinutes(1);

    private const int WorkersKnown = 10_000;
    private static readonly TimeSpan Recently = TimeSpan.FromSeconds(30);

    /// <summary>When workers asked last, as far as this server was asked.</summary>
    private readonly ConcurrentDictionary<(EnvironmentId Environment, string Worker), long> seen = new();

    /// <summary>Null when there was nothing to do until the patience ended.</summary>
    public async ValueTask<Outcome<DeliveredWork?>> RunAsync(
        Caller caller, EnvironmentId environment, string? worker, TimeSpan reclaim, CancellationToken patience, CancellationToken stop)
    {
        if (!caller.Grant.MayWrite) return new Refusal.RoleTooNarrow("write");
        if (worker is not null) Note(environment, worker);
        using var watch = storage.Watch(environment);
        while (true)
        {
            var news = watch.Next; // Before the look: work that comes behind it is not missed.
            var isThere = await storage.ReadAsync<Outcome<bool>>(async reader =>
                await reader.FlawInAsync(caller, environment) is { } flaw
                    ? flaw
                    : await reader.FindFreeWorkAsync(environment, Now - (long)reclaim.TotalMicroseconds, Now) is not null, stop);
            if (!isThere.IsDone(out var some, out var lack)) return lack;
            if (some && await DeliverAsync(caller, environment, reclaim, stop) is { } delivered) return delivered;
            if (patience.IsCancellationRequested) return new Outcome<DeliveredWork?>.Done(null);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience, stop);
            await news.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>How many workers asked within the last half minute.</summary>
    public int WorkersOf(EnvironmentId environment) =>
        seen.Count(one => one.Key.Environment == environment && clock.GetElapsedTime(one.Value) <= Recently);

    private long Now => Timestamp.Microseconds(clock.GetUtcNow());

    private ValueTask<DeliveredWork?> DeliverAsync(Caller caller, EnvironmentId environment, TimeSpan reclaim, CancellationToken stop)
    {
        var secret = Secret.New();
        return storage.RunAsync(environment, async tx =>
        {
            while (await tx.FindFreeWorkAsync(environment, tx.Now - (long)reclaim.TotalMicroseconds, tx.Now) is { } free)
            {
                // Whoever was to stop is gone, or what there was to do it for.
                if (free.State == WorkState.Stopping || await tx.FindSessionAsync(free.Workspace, free.Session) is not { Head.IsOver: false } session)
                {
                    await tx.PutWorkAsync(free.Ended(tx.Now));
                    continue;
                }
                var item = free.Requeued() with { DeliveredAt = tx.Now };
                await tx.PutWorkAsync(item);
                await CreateToken.InsertAsync(tx, caller, session.Id, CreateToken.GrantOf(session), $"work {item.Id}", null, "token.created", secret);
                return new DeliveredWork(item, secret);
            }
            return null;
        }, stop);
    }

    private void Note(EnvironmentId environment, string worker)
    {
        if (seen.Count >= WorkersKnown)
            foreach (var (key, at) in seen) if (clock.GetElapsedTime(at) > Recently) seen.TryRemove(key, out _);
        if (seen.Count < WorkersKnown) seen[(environment, worker)] = clock.GetTimestamp();
    }
}
