using System.Security.Cryptography;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>Makes sure that a key given by the operator opens the default workspace; one that is known already stays as it is.</summary>
public sealed class EnsureAdminKey(IStorageEngine storage)
{
    public const string DefaultWorkspace = "default";

    public ValueTask<ApiKey> RunAsync(string secret, CancellationToken stop)
    {
        var hash = HashOf(secret);
        return storage.RunAsync(null, async tx =>
        {
            if (await tx.FindKeyAsync(hash) is { } known) return known;
            var workspace = await tx.EnsureWorkspaceAsync(DefaultWorkspace);
            var key = new ApiKey(ApiKeyId.FromStorage(tx.NewId(ApiKeyId.Tag)), workspace, "admin", KeyRole.Admin, tx.Now);
            await tx.InsertKeyAsync(key, hash);
            return key;
        }, stop);
    }

    /// <summary>A new secret: 32 random bytes, recognisable by scanners by its beginning.</summary>
    public static string NewSecret() => "memstores-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
