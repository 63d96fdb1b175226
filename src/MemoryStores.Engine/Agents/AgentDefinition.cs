using System.Text.Json;
using MemoryStores.Contract;

namespace MemoryStores.Engine.Agents;

/// <summary>What an agent is: all that a version of it holds. Nothing runs here, so tools, servers and skills are kept as they were given.</summary>
public sealed record AgentDefinition(string Name, AgentModel Model)
{
    public string? Description { get; init; }
    public string? System { get; init; }
    public IReadOnlyList<StoredJson> Tools { get; init; } = [];
    public IReadOnlyList<StoredJson> McpServers { get; init; } = [];
    public IReadOnlyList<StoredJson> Skills { get; init; } = [];
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
    public StoredJson? Multiagent { get; init; }
    public ExecutionIdentity ExecutionIdentity { get; init; } = ExecutionIdentity.ServiceAccount;

    public string ToJson() => JsonSerializer.Serialize(this, DefinitionJson.Stored.AgentDefinition);

    /// <summary>For definitions read back from storage, which were checked when they were written.</summary>
    public static AgentDefinition FromStorage(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, DefinitionJson.Stored.AgentDefinition)!;

    public bool Equals(AgentDefinition? other) => other is not null && ToJson() == other.ToJson();

    public override int GetHashCode() => HashCode.Combine(Name, Model);

    /// <summary>This definition with a patch applied, whose own flaws were looked for before.</summary>
    public Outcome<AgentDefinition> With(AgentPatch patch)
    {
        var metadata = FieldRules.Patched(Metadata, patch.Metadata);
        if (FieldRules.FlawInCount(metadata) is { } flaw) return flaw;
        var patched = this with
        {
            Name = patch.Name ?? Name,
            // An effort once given stays until another is.
            Model = patch.Model is { } model ? model with { Effort = model.Effort ?? Model.Effort } : Model,
            Description = Cleared(patch.Description, Description),
            System = Cleared(patch.System, System),
            Tools = patch.Tools ?? Tools,
            McpServers = patch.McpServers ?? McpServers,
            Skills = patch.Skills ?? Skills,
            Metadata = metadata,
            Multiagent = patch.Multiagent is { } multiagent ? multiagent.Value : Multiagent,
            ExecutionIdentity = patch.ExecutionIdentity ?? ExecutionIdentity,
        };
        return DefinitionSize.Flaw(patched.ToJson()) is { } tooLarge ? tooLarge : patched;
    }

    /// <summary>The empty string says the same as null: that there is none.</summary>
    private static string? Cleared(Given<string?>? given, string? stored) =>
        given is null ? stored : string.IsNullOrEmpty(given.Value) ? null : given.Value;
}
