using System.Security.Cryptography;
using System.Text;

namespace MemoryStores.Engine.Access;

/// <summary>The text of a key: random, shown once, and from then on known only by its hash.</summary>
public static class Secret
{
    /// <summary>A new one: 32 random bytes behind a beginning that scanners for leaked keys can recognise.</summary>
    public static string New() => "memstores-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
