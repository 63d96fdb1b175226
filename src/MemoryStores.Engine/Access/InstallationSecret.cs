using System.Security.Cryptography;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>A random secret of this installation, made once and kept with the data, so that it survives restarts.</summary>
public sealed class InstallationSecret(IStorageEngine storage)
{
    public const string PageTokens = "page-token-secret";

    public ValueTask<byte[]> RunAsync(string name, CancellationToken stop) => storage.RunAsync(null, async tx =>
    {
        if (await tx.FindSettingAsync(name) is { } kept) return kept;
        var made = RandomNumberGenerator.GetBytes(32);
        await tx.PutSettingAsync(name, made);
        return made;
    }, stop);
}
