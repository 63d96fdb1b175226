using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Conformance.Tests.Storage;

/// <summary>The base of facts about sessions: an agent and an environment to make them of, and the operations as short verbs.</summary>
public abstract class SessionConformance<TStorage> : StorageConformance<TStorage>
    where TStorage : StorageUnderTest, new()
{
    private Agent? agent;
    private AgentEnvironment? environment;

    protected async Task<Agent> AgentAsync() =>
        agent ??= (await new CreateAgent(Engine).RunAsync(Me, new AgentPatch { Name = "Mail", Model = new AgentModel("m") }, Never)).Done();

    protected async Task<AgentEnvironment> EnvironmentAsync() =>
        environment ??= (await new CreateEnvironment(Engine).RunAsync(Me, new EnvironmentPatch { Name = "Office" }, Never)).Done();

    protected async Task<SessionRequest> RequestAsync(params StoreId[] stores) => new(new AgentChoice((await AgentAsync()).Id), (await EnvironmentAsync()).Id)
    {
        Resources = [.. stores.Select(store => new ResourceRequest.Store(store, StoreResource.ReadWrite, null))],
    };

    protected async Task<Outcome<Session>> TryMakeAsync(SessionRequest request) => await new CreateSession(Engine).RunAsync(Me, request, Never);

    protected async Task<Session> MakeAsync(SessionRequest request) => (await TryMakeAsync(request)).Done();

    protected async Task<Session> MakeAsync() => await MakeAsync(await RequestAsync());

    protected async Task<Session> FindAsync(SessionId id) => (await new RetrieveSession(Engine).RunAsync(Me, id, Never)).Done();

    protected async Task<IReadOnlyList<SessionEvent>> SendAsync(SessionId id, params EventDraft[] events) =>
        (await new SendEvents(Engine).RunAsync(Me, id, events, Never)).Done();

    protected async Task<RecordedEvents> RecordAsync(SessionId id, params EventDraft[] events) =>
        (await new RecordEvents(Engine, Authenticate).RunAsync(Me, id, events, Never)).Done();

    protected async Task<IReadOnlyList<SessionEvent>> EventsAsync(SessionId id) =>
        (await new ListEvents(Engine).RunAsync(Me, new(id, 1_000), Never)).Done().Items;

    protected static EventDraft Say(string text) => Draft(EventTypes.UserMessage, $$"""{"content":[{"type":"text","text":"{{text}}"}]}""");

    protected static EventDraft Draft(string type, string fields = "{}", string? id = null, long? at = null) =>
        new(type, StoredJson.FromStorage(fields)) { Id = id, ProcessedAt = at };
}
