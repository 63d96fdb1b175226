using System.Collections.Concurrent;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>
/// Finds the caller behind a secret, by its hash: a comparison of secrets never happens, so its time tells nothing.
/// Found keys are remembered until some key changes; unknown ones are not, so that guessing fills no memory.
/// </summary>
public sealed class AuthenticateKey(IStorageEngine storage, TimeProvider clock)
{
    private ConcurrentDictionary<ContentDigest, Known> remembered = new();

    private sealed record Known(Caller Caller, long Until);

    public async ValueTask<Caller?> RunAsync(string secret, CancellationToken stop)
    {
        var hash = ContentDigest.FromStorage(Secret.HashOf(secret));
        var now = Timestamp.Microseconds(clock.GetUtcNow());
        if (remembered.TryGetValue(hash, out var known)) return now < known.Until ? known.Caller : null;

        // Taken before the look: what Forget replaces meanwhile must not keep what was read before it.
        var memory = remembered;
        if (await storage.ReadAsync(reader => reader.FindKeyAsync(hash.Bytes.ToArray()), stop) is not { } found) return null;
        if (!found.Key.IsGood(now) || now >= found.SecretUntil) return null;
        var caller = found.Key.Caller;
        memory[hash] = new Known(caller, Math.Min(found.Key.Until, found.SecretUntil ?? long.MaxValue));
        return caller;
    }

    /// <summary>Whose token a secret is or was, good or not; null for keys and for what was never one.</summary>
    public async ValueTask<Id?> WhoseAsync(string secret, CancellationToken stop) =>
        (await storage.ReadAsync(reader => reader.FindKeyAsync(Secret.HashOf(secret)), stop))?.Key.Grant.BoundTo;

    /// <summary>After a key was rotated or revoked, or a session ended: its next use is looked up anew.</summary>
    public void Forget() => remembered = new();
}
