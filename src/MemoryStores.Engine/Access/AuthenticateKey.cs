using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>
/// Finds the caller behind a secret, by its hash: a comparison of secrets never happens, so its time tells nothing.
/// Found keys are remembered; unknown ones are not, so that guessing fills no memory.
/// </summary>
public sealed class AuthenticateKey(IStorageEngine storage)
{
    private readonly ConcurrentDictionary<ContentDigest, Caller> known = new();

    public async ValueTask<Caller?> RunAsync(string secret, CancellationToken stop)
    {
        var hash = ContentDigest.FromStorage(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        if (known.TryGetValue(hash, out var caller)) return caller;
        var key = await storage.ReadAsync(reader => reader.FindKeyAsync(hash.Bytes.ToArray()), stop);
        if (key is null) return null;
        return known.GetOrAdd(hash, new Caller(key.Workspace, Actor.Key(key.Id)));
    }
}
