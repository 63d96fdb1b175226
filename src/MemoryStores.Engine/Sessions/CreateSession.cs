using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Work;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// Makes a session. In one unit: 1. find the environment; 2. take a copy of the agent; 3. find the stores, and their places; 4. write all
/// of it; 5. send the events it begins with. A refusal on the way leaves nothing behind.
/// </summary>
public sealed class CreateSession(IStorageEngine storage)
{
    public ValueTask<Outcome<Session>> RunAsync(Caller caller, SessionRequest request, CancellationToken stop)
    {
        if (request.Flaw() is { } flaw) return ValueTask.FromResult<Outcome<Session>>(flaw);
        if (!caller.Grant.HasAllStores) return ValueTask.FromResult<Outcome<Session>>(new Refusal.WorkspaceOutOfScope());
        return storage.RunAsync<Outcome<Session>>(null, tx => RunUnitAsync(tx, caller, request), stop);
    }

    private static async ValueTask<Outcome<Session>> RunUnitAsync(IStorageTransaction tx, Caller caller, SessionRequest request)
    {
        // 1. Find the environment.
        if (await tx.FindEnvironmentAsync(caller.Workspace, request.Environment) is not { } environment)
            return new Refusal.EnvironmentUnknown(request.Environment.Value);
        if (environment.ArchivedAt is not null) return new Refusal.EnvironmentArchived();
        if (FlawInKinds(request, environment) is { } kind) return kind;

        // 2. Take a copy of the agent.
        if (!(await AgentAsync(tx, caller, request.Agent)).IsDone(out var agent, out var lack)) return lack;

        // 3. Find the stores, and their places.
        if (!(await ResourcesAsync(tx, caller, request.Resources)).IsDone(out var resources, out var missing)) return missing;

        // 4. Write all of it.
        var definition = new SessionDefinition(agent, request.Environment.Value)
        {
            Title = request.Title, Metadata = FieldRules.Patched(new Dictionary<string, string>(), request.Metadata), Resources = resources,
            VaultIds = request.VaultIds, Budget = request.Budget,
        };
        if (definition.FlawInSize() is { } tooLarge) return tooLarge;
        var head = new SessionHead(SessionId.FromStorage(tx.NewId(SessionId.Tag)), caller.Workspace, SessionStatus.Idle, 0, tx.Now, tx.Now, null);
        await tx.PutSessionAsync(new Session(head, definition));
        await tx.AskForWorkerAsync(new Session(head, definition));

        // 5. Send the events it begins with.
        if (request.InitialEvents.Count > 0) (head, _) = await SendEvents.AddAsync(tx, head, request.InitialEvents, caller.Actor);
        return new Session(head, definition);
    }

    private static Refusal? FlawInKinds(SessionRequest request, AgentEnvironment environment)
    {
        if (environment.Definition.Config.Type != EnvironmentConfig.SelfHosted) return null;
        for (var i = 0; i < request.Resources.Count; i++)
            if (request.Resources[i] is not ResourceRequest.Store) return new Refusal.BadField($"resources[{i}].type", "a self-hosted environment takes memory stores only");
        return null;
    }

    private static async ValueTask<Outcome<SessionAgent>> AgentAsync(IStorageTransaction tx, Caller caller, AgentChoice choice)
    {
        if (await tx.FindAgentAsync(caller.Workspace, choice.Id, choice.Version) is not { } agent)
        {
            return choice.Version is { } version && await tx.FindAgentAsync(caller.Workspace, choice.Id, null) is not null
                ? new Refusal.AgentVersionUnknown(choice.Id.Value, version)
                : new Refusal.AgentUnknown(choice.Id.Value);
        }
        if (agent.ArchivedAt is not null) return new Refusal.AgentArchived();
        var definition = agent.Definition;
        if (choice.Overrides is { } overrides)
        {
            if (!(definition.With(overrides)).IsDone(out var replaced, out var refused)) return refused;
            definition = replaced;
        }
        return new SessionAgent
        {
            Id = agent.Id.Value, Version = agent.Version, Name = definition.Name, Description = definition.Description, System = definition.System,
            Model = definition.Model, Tools = definition.Tools, McpServers = definition.McpServers, Skills = definition.Skills,
            Multiagent = definition.Multiagent, ExecutionIdentity = definition.ExecutionIdentity,
        };
    }

    private static async ValueTask<Outcome<IReadOnlyList<SessionResource>>> ResourcesAsync(
        IStorageTransaction tx, Caller caller, IReadOnlyList<ResourceRequest> requests)
    {
        var stores = new List<(string Name, StoreId Id)>();
        var found = new List<SessionResource>();
        for (var i = 0; i < requests.Count; i++)
        {
            switch (requests[i])
            {
                case ResourceRequest.Store wanted:
                    if (await tx.FindStoreAsync(caller, wanted.Id) is not { } store) return new Refusal.StoreUnknown(wanted.Id.Value);
                    if (store.ArchivedAt is not null)
                        return new Refusal.BadField($"resources[{i}].memory_store_id", $"the memory store '{wanted.Id}' is archived; a session takes only stores that can be written to");
                    stores.Add((store.Profile.Name, store.Id));
                    found.Add(new StoreResource
                    {
                        MemoryStoreId = store.Id.Value, Access = wanted.Access, Instructions = wanted.Instructions, Name = store.Profile.Name,
                        Description = store.Profile.Description, MountPath = "",
                    });
                    break;
                case ResourceRequest.File file:
                    found.Add(SessionResources.Of(file, tx));
                    break;
                case ResourceRequest.Repository repository:
                    found.Add(SessionResources.Of(repository, tx));
                    break;
                default:
                    throw new UnreachableException();
            }
        }
        var paths = new Queue<string>(MountSlugs.PathsOf(stores));
        return new Outcome<IReadOnlyList<SessionResource>>.Done(
            [.. found.Select(one => one is StoreResource store ? store with { MountPath = paths.Dequeue() } : one)]);
    }
}
