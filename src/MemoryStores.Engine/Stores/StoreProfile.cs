using System.Diagnostics.CodeAnalysis;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine.Stores;

/// <summary>The words that describe a store: name, description, metadata. Checked once here; a character is a code point.</summary>
public sealed class StoreProfile : IEquatable<StoreProfile>
{
    public string Name { get; }
    public string Description { get; }

    /// <summary>In ordinal order of the keys, so that equal profiles have one form.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    private StoreProfile(string name, string description, SortedDictionary<string, string> metadata) =>
        (Name, Description, Metadata) = (name, description, metadata);

    public static bool TryMake(
        string name, string description, IEnumerable<KeyValuePair<string, string>> metadata,
        [NotNullWhen(true)] out StoreProfile? profile, [NotNullWhen(false)] out Refusal? refusal)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata) pairs[key] = value;
        refusal = FlawInName(name) ?? FlawIn("description", description, 0, Limits.StoreDescriptionCharacters) ?? FlawInMetadata(pairs);
        profile = refusal is null ? new StoreProfile(name, description, pairs) : null;
        return profile is not null;
    }

    /// <summary>For profiles read back from storage, which were checked when they were written.</summary>
    public static StoreProfile FromStorage(string name, string description, IEnumerable<KeyValuePair<string, string>> metadata) =>
        new(name, description, new SortedDictionary<string, string>(metadata.ToDictionary(), StringComparer.Ordinal));

    /// <summary>This profile with a patch applied: null leaves a field, and in the metadata removes a key.</summary>
    public bool TryPatch(
        string? name, string? description, IReadOnlyDictionary<string, string?>? metadata,
        [NotNullWhen(true)] out StoreProfile? patched, [NotNullWhen(false)] out Refusal? refusal)
    {
        var pairs = new Dictionary<string, string>(Metadata, StringComparer.Ordinal);
        foreach (var (key, value) in metadata ?? new Dictionary<string, string?>())
        {
            if (value is null) pairs.Remove(key);
            else pairs[key] = value;
        }
        return TryMake(name ?? Name, description ?? Description, pairs, out patched, out refusal);
    }

    /// <summary>The rules of one patch that need no store: each given field and pair by itself.</summary>
    public static Refusal? FlawInPatch(string? name, string? description, IReadOnlyDictionary<string, string?>? metadata) =>
        (name is null ? null : FlawInName(name))
        ?? (description is null ? null : FlawIn("description", description, 0, Limits.StoreDescriptionCharacters))
        ?? metadata?.Select(pair => FlawInPair(pair.Key, pair.Value ?? "")).FirstOrDefault(flaw => flaw is not null);

    public bool Equals(StoreProfile? other) => other is not null && Name == other.Name && Description == other.Description
        && Metadata.SequenceEqual(other.Metadata);

    public override bool Equals(object? obj) => Equals(obj as StoreProfile);

    public override int GetHashCode() => HashCode.Combine(Name, Description, Metadata.Count);

    private static Refusal.BadField? FlawInName(string name) =>
        FlawIn("name", name, 1, Limits.StoreNameCharacters)
        ?? (name.Any(char.IsControl) ? new Refusal.BadField("name", "has a control character; use plain text on one line") : null);

    private static Refusal? FlawInMetadata(SortedDictionary<string, string> pairs) =>
        pairs.Count > Limits.MetadataPairs
            ? new Refusal.BadField("metadata", $"{pairs.Count} pairs; at most {Limits.MetadataPairs} are possible")
            : pairs.Select(pair => FlawInPair(pair.Key, pair.Value)).FirstOrDefault(flaw => flaw is not null);

    private static Refusal.BadField? FlawInPair(string key, string value) =>
        FlawIn("metadata key", key, 1, Limits.MetadataKeyCharacters)
        ?? FlawIn($"metadata.{key}", value, 0, Limits.MetadataValueCharacters);

    private static Refusal.BadField? FlawIn(string field, string text, int least, int most)
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
