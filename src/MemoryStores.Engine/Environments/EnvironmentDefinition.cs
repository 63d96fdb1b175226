using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine.Environments;

/// <summary>What an environment is. Nothing runs here, so its configuration is kept, completed and returned, and no more.</summary>
public sealed record EnvironmentDefinition(string Name, EnvironmentConfig Config)
{
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    public string ToJson() => JsonSerializer.Serialize(this, DefinitionJson.Stored.EnvironmentDefinition);

    /// <summary>For definitions read back from storage, which were checked when they were written.</summary>
    public static EnvironmentDefinition FromStorage(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, DefinitionJson.Stored.EnvironmentDefinition)!;

    public bool Equals(EnvironmentDefinition? other) => other is not null && ToJson() == other.ToJson();

    public override int GetHashCode() => HashCode.Combine(Name, Config.Type);

    /// <summary>This definition with a patch applied, whose own flaws were looked for before.</summary>
    public Outcome<EnvironmentDefinition> With(EnvironmentPatch patch)
    {
        if (patch.Config is { } config && config.Type != Config.Type) return new Refusal.ConfigTypeFixed(Config.Type, config.Type);
        var metadata = FieldRules.Patched(Metadata, patch.Metadata);
        if (FieldRules.FlawInCount(metadata) is { } flaw) return flaw with { Code = EnvironmentPatch.BadMetadata };
        var patched = this with
        {
            Name = patch.Name ?? Name,
            Description = patch.Description is { } description ? description.Value : Description,
            Config = patch.Config?.Over(Config) ?? Config,
            Metadata = metadata,
        };
        return DefinitionSize.Flaw(patched.ToJson()) is { } tooLarge ? tooLarge : patched;
    }
}
