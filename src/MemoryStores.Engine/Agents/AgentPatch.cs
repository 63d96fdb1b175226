using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine.Agents;

/// <summary>What to set of an agent's definition: null leaves a field, and in the metadata removes a key. A list replaces the whole list.</summary>
public sealed record AgentPatch
{
    public string? Name { get; init; }
    public AgentModel? Model { get; init; }
    public Given<string?>? Description { get; init; }
    public Given<string?>? System { get; init; }
    public IReadOnlyList<StoredJson>? Tools { get; init; }
    public IReadOnlyList<StoredJson>? McpServers { get; init; }
    public IReadOnlyList<StoredJson>? Skills { get; init; }
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
    public Given<StoredJson?>? Multiagent { get; init; }
    public ExecutionIdentity? ExecutionIdentity { get; init; }

    /// <summary>The rules that need no agent: each given field by itself.</summary>
    public Refusal? Flaw() =>
        (Name is null ? null : FieldRules.FlawIn("name", Name, 1, Limits.AgentNameCharacters))
        ?? (Model is null ? null : FieldRules.FlawIn("model.id", Model.Id, 1, Limits.ModelIdCharacters))
        ?? (Description?.Value is { } description ? FieldRules.FlawIn("description", description, 0, Limits.AgentDescriptionCharacters) : null)
        ?? (System?.Value is { } system ? FieldRules.FlawIn("system", system, 0, Limits.AgentSystemCharacters) : null)
        ?? (ExecutionIdentity?.RoleArn is { } arn ? FieldRules.FlawIn("execution_identity.role_arn", arn, 1, Limits.RoleArnCharacters) : null)
        ?? (Metadata is null ? null : FieldRules.FlawInPairs(Metadata));
}
