using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Agents;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>The fields of an agent as a request gives them, to a new one or to one that is there.</summary>
internal static class AgentFields
{
    public static AgentPatch Of(BodyFields body, bool isNew) => new()
    {
        Name = isNew ? body.RequiredText("name") : body.KeptText("name"),
        Model = Model(body, isNew),
        Description = body.GivenText("description"),
        System = body.GivenText("system"),
        Tools = Tools(body),
        McpServers = McpServers(body),
        Skills = Typed(body, "skills", Limits.AgentSkills),
        Metadata = body.Pairs("metadata", nullable: !isNew),
        Multiagent = Multiagent(body),
        ExecutionIdentity = Identity(body),
    };

    /// <summary>What a session replaces of its agent.</summary>
    public static AgentPatch Overrides(BodyFields body) => new()
    {
        Model = Model(body, isNew: false), System = body.GivenText("system"), Tools = Tools(body), McpServers = McpServers(body),
        Skills = Typed(body, "skills", Limits.AgentSkills),
    };

    public static IReadOnlyList<StoredJson>? Tools(BodyFields body) => Typed(body, "tools", Limits.AgentTools);

    public static IReadOnlyList<StoredJson>? McpServers(BodyFields body) => Typed(body, "mcp_servers", Limits.AgentMcpServers);

    /// <summary>The id alone, or an object; what it leaves out begins anew.</summary>
    private static AgentModel? Model(BodyFields body, bool isNew)
    {
        if (body.IsText("model")) return new AgentModel(body.Text("model") ?? "");
        if (body.Inner("model") is not { } inner)
        {
            if (isNew) body.Refuse("model", "is required, as the id of a model or an object with it");
            else if (body.Has("model")) body.Refuse("model", "cannot be cleared; leave it out to keep it");
            return null;
        }
        var model = new AgentModel(inner.RequiredText("id"))
        {
            Speed = inner.OneOf("speed", AgentModel.Speeds) ?? AgentModel.StandardSpeed, Effort = Effort(inner), InferenceGeo = inner.Text("inference_geo"),
        };
        body.Adopt(inner);
        return model;
    }

    private static ModelEffort? Effort(BodyFields model)
    {
        if (model.IsText("effort")) return model.OneOf("effort", ModelEffort.Levels) is { } level ? new ModelEffort(level) : null;
        if (model.Inner("effort") is not { } inner) return null;
        var effort = inner.RequiredOneOf("type", ModelEffort.Levels);
        model.Adopt(inner);
        return new ModelEffort(effort);
    }

    /// <summary>Null stands for an empty list. Of an item only its type is looked at: which there are, others decide.</summary>
    private static IReadOnlyList<StoredJson>? Typed(BodyFields body, string field, int most)
    {
        if (!body.Has(field)) return null;
        var items = new List<StoredJson>();
        foreach (var item in body.List(field, most) ?? [])
        {
            item.RequiredText("type");
            if (item.Whole() is { } whole) items.Add(whole);
            body.AdoptOpen(item);
        }
        return items;
    }

    private static Given<StoredJson?>? Multiagent(BodyFields body)
    {
        if (!body.Has("multiagent")) return null;
        if (body.Inner("multiagent") is not { } inner) return new Given<StoredJson?>(null);
        inner.RequiredText("type");
        var whole = inner.Whole();
        body.AdoptOpen(inner);
        return new Given<StoredJson?>(whole);
    }

    /// <summary>Null stands for the default.</summary>
    private static ExecutionIdentity? Identity(BodyFields body)
    {
        if (!body.Has("execution_identity")) return null;
        if (body.Inner("execution_identity") is not { } inner) return ExecutionIdentity.ServiceAccount;
        var type = inner.RequiredOneOf("type", [ExecutionIdentity.ServiceAccount.Type, ExecutionIdentity.AwsRole]);
        var identity = new ExecutionIdentity(type) { RoleArn = type == ExecutionIdentity.AwsRole ? inner.RequiredText("role_arn") : null };
        body.Adopt(inner);
        return identity;
    }
}
