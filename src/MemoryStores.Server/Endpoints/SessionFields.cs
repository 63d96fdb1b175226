using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Sessions;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>The fields of a session as a request gives them.</summary>
internal static class SessionFields
{
    public static SessionRequest New(BodyFields body)
    {
        var (agent, environment) = (Agent(body), body.RequiredText("environment_id"));
        return new SessionRequest(agent, EnvironmentId.FromStorage(environment))
        {
            Title = body.Text("title"),
            Metadata = body.Pairs("metadata", nullable: false),
            Resources = Resources(body),
            VaultIds = Vaults(body),
            Budget = Budget(body),
            InitialEvents = EventFields.Sent(body, "initial_events", EventTypes.Initial, Limits.InitialEvents),
        };
    }

    public static SessionPatch Patch(BodyFields body)
    {
        var patch = new SessionPatch
        {
            Title = body.GivenText("title"), Metadata = body.Pairs("metadata", nullable: true),
            Budget = body.Has("budget") ? new Given<StoredJson?>(Budget(body)) : null,
        };
        if (body.Has("vault_ids")) body.Refuse("vault_ids", "cannot be changed; they are given when the session is made");
        if (body.Inner("agent") is not { } agent) return patch;
        patch = patch with { Tools = AgentFields.Tools(agent), McpServers = AgentFields.McpServers(agent) };
        body.Adopt(agent);
        return patch;
    }

    /// <summary>The file that is added to a session.</summary>
    public static ResourceRequest.File File(BodyFields body)
    {
        if (body.RequiredText("type") is not FileResource.Word and { Length: > 0 } type)
            body.Refuse("type", $"'{type}' cannot be added to a session; there is {FileResource.Word}. Memory stores and repositories are given when it is made");
        return new ResourceRequest.File(Name(body, "file_id"), MountPath(body));
    }

    private static AgentChoice Agent(BodyFields body)
    {
        if (body.IsText("agent")) return new AgentChoice(AgentId.FromStorage(body.Text("agent") ?? ""));
        if (body.Inner("agent") is not { } inner)
        {
            body.Refuse("agent", "is required, as the id of an agent or an object with it");
            return new AgentChoice(AgentId.FromStorage(""));
        }
        var type = inner.RequiredOneOf("type", ["agent", "agent_with_overrides"]);
        var choice = new AgentChoice(AgentId.FromStorage(inner.RequiredText("id")), inner.Number("version", 1, long.MaxValue));
        if (type == "agent_with_overrides") choice = choice with { Overrides = AgentFields.Overrides(inner) };
        body.Adopt(inner);
        return choice;
    }

    private static List<ResourceRequest> Resources(BodyFields body)
    {
        var resources = new List<ResourceRequest>();
        foreach (var item in body.List("resources", Limits.SessionResources) ?? [])
        {
            resources.Add(item.RequiredOneOf("type", [StoreResource.Word, FileResource.Word, RepositoryResource.Word]) switch
            {
                FileResource.Word => new ResourceRequest.File(Name(item, "file_id"), MountPath(item)),
                RepositoryResource.Word => Repository(item),
                _ => new ResourceRequest.Store(
                    StoreId.FromStorage(Name(item, "memory_store_id")), item.OneOf("access", [StoreResource.ReadWrite, StoreResource.ReadOnly]) ?? StoreResource.ReadWrite,
                    item.Text("instructions")),
            });
            body.Adopt(item);
        }
        return resources;
    }

    private static ResourceRequest.Repository Repository(BodyFields item)
    {
        // A credential that nothing here would use is not kept.
        item.Text("authorization_token");
        StoredJson? checkout = null;
        if (item.Inner("checkout") is { } inner)
        {
            if (inner.RequiredOneOf("type", ["branch", "commit"]) == "commit") inner.RequiredText("sha");
            else inner.RequiredText("name");
            checkout = inner.Whole();
            item.Adopt(inner);
        }
        return new ResourceRequest.Repository(Name(item, "url"), checkout, MountPath(item));
    }

    private static IReadOnlyList<string> Vaults(BodyFields body)
    {
        var ids = body.Texts("vault_ids") ?? [];
        if (ids.Count > Limits.SessionVaults) body.Refuse("vault_ids", $"has {ids.Count:N0} items; at most {Limits.SessionVaults} are possible");
        return ids;
    }

    private static StoredJson? Budget(BodyFields body)
    {
        if (body.Inner("budget") is not { } inner) return null;
        inner.RequiredOneOf("type", ["limit"]);
        if (!inner.Has("max_list_cost")) inner.Refuse("max_list_cost", "is required");
        var whole = inner.Whole();
        body.Adopt(inner);
        return whole;
    }

    private static string Name(BodyFields body, string field)
    {
        var text = body.RequiredText(field);
        if (text.Length is 0 or > LongestName) body.Refuse(field, $"is 1 to {LongestName:N0} characters");
        return text;
    }

    private static string? MountPath(BodyFields body)
    {
        var path = body.Text("mount_path");
        if (path is not null && (!path.StartsWith('/') || path.Length > LongestName)) body.Refuse("mount_path", "is an absolute path");
        return path;
    }

    private const int LongestName = 2_048;
}
