using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MemoryStores.Mount;

/// <summary>Content that is kept on this machine because it cannot be a memory as it is.</summary>
public sealed record DraftEntry
{
    /// <summary>By which the verbs know it, as long as its mount runs, or as long as no other one does.</summary>
    public required string Id { get; init; }

    /// <summary>The store's id.</summary>
    public required string Store { get; init; }

    public required string Server { get; init; }
    public required string Path { get; init; }
    public required int ContentSizeBytes { get; init; }
    public required string UpdatedAt { get; init; }

    /// <summary>Why it is no memory, and what to do about that: halves of sentences.</summary>
    public required string Cause { get; init; }

    public required string Cure { get; init; }

    /// <summary>The mount that has it; null when none runs.</summary>
    public string? Directory { get; init; }

    /// <summary>Programs see it in its file; else it is kept aside, and the file shows the memory.</summary>
    public required bool InFile { get; init; }

    internal static string IdOf(string? journal, long key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{journal}:{key}")))[..10];

    internal static string Time(long nanoseconds) =>
        (DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(nanoseconds / 100)).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
