using System.Security.Cryptography;
using System.Text;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Transcripts;

/// <summary>The ids under which events are recorded: the transcript's own where the server takes them, else made from them.</summary>
internal static class EventIds
{
    // Room for a suffix.
    private const int Longest = Limits.EventIdCharacters - 24;
    private const int HashLetters = 40;

    public static string Of(string original) =>
        original.Length is > 0 and <= Longest && !original.AsSpan().ContainsAnyExcept(IdMint.Letters) ? original : "h_" + Hash(Encoding.UTF8.GetBytes(original));

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..HashLetters];
}
