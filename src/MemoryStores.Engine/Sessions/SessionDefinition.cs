using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine.Sessions;

/// <summary>What a session was given: a copy of its agent, its environment by id, its resources in their order.</summary>
public sealed record SessionDefinition(SessionAgent Agent, string EnvironmentId)
{
    public string? Title { get; init; }
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
    public IReadOnlyList<SessionResource> Resources { get; init; } = [];
    public IReadOnlyList<string> VaultIds { get; init; } = [];
    public StoredJson? Budget { get; init; }
    public long? ThreadArchivedAt { get; init; }

    [JsonIgnore]
    public IEnumerable<StoreResource> Stores => Resources.OfType<StoreResource>();

    public string ToJson() => JsonSerializer.Serialize(this, DefinitionJson.Stored.SessionDefinition);

    /// <summary>For definitions read back from storage, which were checked when they were written.</summary>
    public static SessionDefinition FromStorage(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, DefinitionJson.Stored.SessionDefinition)!;

    public bool Equals(SessionDefinition? other) => other is not null && ToJson() == other.ToJson();

    public override int GetHashCode() => HashCode.Combine(EnvironmentId, Title, Agent.Id);

    public Refusal? FlawInSize() =>
        Encoding.UTF8.GetByteCount(ToJson()) is > Limits.SessionBytes and var size ? new Refusal.DefinitionTooLarge(size, Limits.SessionBytes) : null;
}
