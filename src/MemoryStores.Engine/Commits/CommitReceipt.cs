using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Contract;

namespace MemoryStores.Engine.Commits;

/// <summary>
/// What is kept of a commit that named itself: enough to give its first outcome again, and to notice when its id comes
/// back with other changes. It holds no content and no path; the fingerprint, from which short content could be guessed,
/// is overwritten when one of its versions is redacted.
/// </summary>
public sealed record CommitReceipt(long Seq, string ResultsJson, ReadOnlyMemory<byte> Fingerprint)
{
    private const int SaltSize = 16;
    public const int FingerprintSize = SaltSize + SHA256.HashSizeInBytes;

    public static CommitReceipt For(long seq, IReadOnlyList<ReceiptLine> lines, CommitRequest request)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new(seq, JsonSerializer.Serialize(lines, ReceiptJson.Default.IReadOnlyListReceiptLine), FingerprintOf(request, salt));
    }

    public IReadOnlyList<ReceiptLine> Lines() => JsonSerializer.Deserialize(ResultsJson, ReceiptJson.Default.IReadOnlyListReceiptLine)!;

    /// <summary>True when the request holds the same changes, or when a redaction has taken the means to tell.</summary>
    public bool IsFor(CommitRequest request) =>
        !Fingerprint.Span.ContainsAnyExcept((byte)0)
        || Fingerprint.Span.SequenceEqual(FingerprintOf(request, Fingerprint.Span[..SaltSize]));

    private static byte[] FingerprintOf(CommitRequest request, ReadOnlySpan<byte> salt)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        Add(request.Atomic ? "atomic" : "each");
        foreach (var change in request.Changes)
        {
            switch (change)
            {
                case Change.Create create: Add("create", create.Path.Value, create.Content.Digest.ToString()); break;
                case Change.Update update:
                    Add("update", update.Target.ToString(), update.Path?.Value, update.Content?.Digest.ToString(), TextOf(update.Expects));
                    break;
                case Change.Append append:
                    Add("append", append.Target.ToString(), append.More.Digest.ToString(), TextOf(append.Expects));
                    break;
                case Change.Delete delete: Add("delete", delete.Target.ToString(), TextOf(delete.Expects)); break;
            }
            if (change.ConflictWith is { } contradicted) Add("against", contradicted.Value);
        }
        return [.. salt, .. hash.GetHashAndReset()];

        void Add(params ReadOnlySpan<string?> parts)
        {
            foreach (var part in parts)
                hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(part, ReceiptJson.Default.String));
        }
    }

    private static string TextOf(Expectation expects) => expects switch
    {
        Expectation.That { Condition: Precondition.VersionIs version } => version.Version.Value,
        Expectation.That { Condition: Precondition.ContentIs content } => content.Digest.ToString(),
        _ => expects.ToString(),
    };
}

/// <summary>One change's part of a receipt. A refusal is kept by status and type alone: its words may name a path.</summary>
public sealed record ReceiptLine(string Kind, string? Memory = null, string? Version = null, int? Status = null, string? Type = null)
{
    public const string Written = "written";
    public const string Unchanged = "unchanged";
    public const string Refused = "refused";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ReceiptLine>))]
[JsonSerializable(typeof(string))]
internal sealed partial class ReceiptJson : JsonSerializerContext;
