using System.Text;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine;

/// <summary>What is asked of any text and any metadata of an owner, whatever it describes. A character is a code point.</summary>
internal static class FieldRules
{
    public static Refusal.BadField? FlawIn(string field, string text, int least, int most)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            // Half a surrogate pair enumerates as U+FFFD; the true one survives a comparison of lengths only if it was typed.
            if (rune == Rune.ReplacementChar && HasLoneSurrogate(text))
                return new Refusal.BadField(field, "is not well-formed Unicode: it has half of a surrogate pair");
        }
        return length < least ? new Refusal.BadField(field, least == 1 ? "is empty" : $"has {length} characters; at least {least} are needed")
            : length > most ? new Refusal.BadField(field, $"has {length:N0} characters; at most {most:N0} are possible")
            : null;
    }

    /// <summary>The rules of metadata as it will be: how many pairs, and each of them.</summary>
    public static Refusal? FlawInMetadata(IReadOnlyDictionary<string, string> pairs) => FlawInCount(pairs) ?? FlawInPairs(pairs);

    public static Refusal.BadField? FlawInCount(IReadOnlyDictionary<string, string> pairs) =>
        pairs.Count > Limits.MetadataPairs
            ? new Refusal.BadField("metadata", $"{pairs.Count} pairs; at most {Limits.MetadataPairs} are possible")
            : null;

    /// <summary>The rules of each pair by itself, also of those that a patch removes.</summary>
    public static Refusal? FlawInPairs<T>(IEnumerable<KeyValuePair<string, T>> pairs) where T : class? =>
        pairs.Select(pair => FlawInPair(pair.Key, pair.Value as string ?? "")).FirstOrDefault(flaw => flaw is not null);

    /// <summary>Metadata with a patch applied, in which null removes a key; in ordinal order of the keys, so that equal metadata has one form.</summary>
    public static SortedDictionary<string, string> Patched(
        IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, string?>? patch)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata) pairs[key] = value;
        foreach (var (key, value) in patch ?? new Dictionary<string, string?>())
        {
            if (value is null) pairs.Remove(key);
            else pairs[key] = value;
        }
        return pairs;
    }

    private static Refusal.BadField? FlawInPair(string key, string value) =>
        FlawIn("metadata key", key, 1, Limits.MetadataKeyCharacters)
        ?? FlawIn($"metadata.{key}", value, 0, Limits.MetadataValueCharacters);

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }
        return false;
    }
}
