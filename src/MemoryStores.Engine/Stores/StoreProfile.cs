using System.Diagnostics.CodeAnalysis;
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
        refusal = FlawInName(name) ?? FieldRules.FlawIn("description", description, 0, Limits.StoreDescriptionCharacters) ?? FieldRules.FlawInMetadata(pairs);
        profile = refusal is null ? new StoreProfile(name, description, pairs) : null;
        return profile is not null;
    }

    /// <summary>For profiles read back from storage, which were checked when they were written.</summary>
    public static StoreProfile FromStorage(string name, string description, IEnumerable<KeyValuePair<string, string>> metadata) =>
        new(name, description, new SortedDictionary<string, string>(metadata.ToDictionary(), StringComparer.Ordinal));

    /// <summary>This profile with a patch applied: null leaves a field, and in the metadata removes a key.</summary>
    public bool TryPatch(
        string? name, string? description, IReadOnlyDictionary<string, string?>? metadata,
        [NotNullWhen(true)] out StoreProfile? patched, [NotNullWhen(false)] out Refusal? refusal) =>
        TryMake(name ?? Name, description ?? Description, FieldRules.Patched(Metadata, metadata), out patched, out refusal);

    /// <summary>The rules of one patch that need no store: each given field and pair by itself.</summary>
    public static Refusal? FlawInPatch(string? name, string? description, IReadOnlyDictionary<string, string?>? metadata) =>
        (name is null ? null : FlawInName(name))
        ?? (description is null ? null : FieldRules.FlawIn("description", description, 0, Limits.StoreDescriptionCharacters))
        ?? (metadata is null ? null : FieldRules.FlawInPairs(metadata));

    public bool Equals(StoreProfile? other) => other is not null && Name == other.Name && Description == other.Description
        && Metadata.SequenceEqual(other.Metadata);

    public override bool Equals(object? obj) => Equals(obj as StoreProfile);

    public override int GetHashCode() => HashCode.Combine(Name, Description, Metadata.Count);

    private static Refusal.BadField? FlawInName(string name) =>
        FieldRules.FlawIn("name", name, 1, Limits.StoreNameCharacters)
        ?? (name.Any(char.IsControl) ? new Refusal.BadField("name", "has a control character; use plain text on one line") : null);
}
