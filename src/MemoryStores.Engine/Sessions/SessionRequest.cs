using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Agents;

namespace MemoryStores.Engine.Sessions;

/// <summary>Which agent a session begins with: at a version or the current one, with something of it replaced for this session alone.</summary>
public sealed record AgentChoice(AgentId Id, long? Version = null, AgentPatch? Overrides = null);

/// <summary>A resource as a request asks for it.</summary>
public abstract record ResourceRequest
{
    private ResourceRequest() { }

    public sealed record Store(StoreId Id, string Access, string? Instructions) : ResourceRequest;

    public sealed record File(string Id, string? MountPath) : ResourceRequest;

    public sealed record Repository(string Url, StoredJson? Checkout, string? MountPath) : ResourceRequest;
}

/// <summary>A session as a request asks for it.</summary>
public sealed record SessionRequest(AgentChoice Agent, EnvironmentId Environment)
{
    public string? Title { get; init; }
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
    public IReadOnlyList<ResourceRequest> Resources { get; init; } = [];
    public IReadOnlyList<string> VaultIds { get; init; } = [];
    public StoredJson? Budget { get; init; }
    public IReadOnlyList<EventDraft> InitialEvents { get; init; } = [];

    /// <summary>The rules that need nothing but the request.</summary>
    public Refusal? Flaw() =>
        FieldRules.FlawIn("environment_id", Environment.Value, 1, Limits.EnvironmentIdCharacters)
        ?? (Title is null ? null : FieldRules.FlawIn("title", Title, 0, Limits.SessionTitleCharacters))
        ?? (Metadata is null ? null : FieldRules.FlawInMetadata(FieldRules.Patched(new Dictionary<string, string>(), Metadata)))
        ?? Agent.Overrides?.Flaw()
        ?? FlawInStores()
        ?? (Refusal?)null;

    private Refusal? FlawInStores()
    {
        var seen = new HashSet<StoreId>();
        for (var i = 0; i < Resources.Count; i++)
        {
            if (Resources[i] is not ResourceRequest.Store store) continue;
            if (store.Instructions is { } text && FieldRules.FlawIn($"resources.{i}.memory_store.instructions", text, 0, Limits.InstructionsCharacters) is { } flaw) return flaw;
            if (!seen.Add(store.Id)) return new Refusal.BadField("resources", $"duplicate memory_store_id '{store.Id}' (resources[{i}])");
        }
        return seen.Count > Limits.SessionStores
            ? new Refusal.BadField("resources", $"resources cannot contain more than {Limits.SessionStores} memory_store entries; there are {seen.Count}")
            : null;
    }
}
