using MemoryStores.Engine.Access;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;
using MemoryStores.Engine.Work;
using MemoryStores.Server.Configuration;
using MemoryStores.Server.Endpoints;
using MemoryStores.Server.Feeds;
using MemoryStores.Server.Http;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server;

/// <summary>Puts the operations behind their routes, and the checks every request passes in front of them.</summary>
internal static class Api
{
    // What a client waits for an erasure before it is told to come back; official SDKs wait ten minutes for any answer.
    private static readonly TimeSpan ErasurePatience = TimeSpan.FromSeconds(25);

    public static void Map(WebApplication app, IStorageEngine storage, ServeOptions options, byte[] pageTokenSecret)
    {
        var tokens = new PageTokens(pageTokenSecret);
        var limits = options.Limits;
        var commit = new CommitChanges(storage, limits);
        var authenticate = new AuthenticateKey(storage, TimeProvider.System);

        app.Use(new Answering(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MemoryStores.Http")).InvokeAsync);
        app.Use(new HostCheck(options.Listen).InvokeAsync);
        app.UseRouting();
        var admission = new Admission(authenticate, new RateLimits(options.RateCreate, options.RateRead, TimeProvider.System));
        app.Use(admission.InvokeAsync);

        new StoreEndpoints(
            new CreateStore(storage, limits), new RetrieveStore(storage), new ListStores(storage), new UpdateStore(storage),
            new ArchiveStore(storage), new DeleteStore(storage, ErasurePatience), tokens).Map(app);
        new MemoryEndpoints(
            new CreateMemory(commit), new RetrieveMemory(storage), new ListMemories(storage), new UpdateMemory(commit),
            new DeleteMemory(commit), tokens).Map(app);
        new VersionEndpoints(
            new RetrieveVersion(storage), new ListVersions(storage), new RedactVersion(storage, ErasurePatience), tokens).Map(app);
        new AgentEndpoints(
            new CreateAgent(storage), new RetrieveAgent(storage), new ListAgents(storage), new ListAgentVersions(storage), new UpdateAgent(storage),
            new ArchiveAgent(storage), tokens).Map(app);
        new EnvironmentEndpoints(
            new CreateEnvironment(storage), new RetrieveEnvironment(storage), new ListEnvironments(storage), new UpdateEnvironment(storage),
            new ArchiveEnvironment(storage), new DeleteEnvironment(storage, authenticate), tokens).Map(app);
        var poll = new PollWork(storage, TimeProvider.System);
        new WorkEndpoints(
            poll, new AcknowledgeWork(storage), new HeartbeatWork(storage), new StopWork(storage), new ListWork(storage), new RetrieveWork(storage),
            new UpdateWork(storage), new MeasureWork(storage, poll), tokens).Map(app);
        var retrieveSession = new RetrieveSession(storage);
        new SessionEndpoints(
            new CreateSession(storage), retrieveSession, new ListSessions(storage), new UpdateSession(storage), new ArchiveSession(storage, authenticate),
            new DeleteSession(storage, authenticate), tokens, TimeProvider.System).Map(app);
        new ResourceEndpoints(new SessionResources(storage), retrieveSession, new ArchiveThread(storage), TimeProvider.System).Map(app);
        new EventEndpoints(new SendEvents(storage), new RecordEvents(storage, authenticate), new ListEvents(storage), tokens).Map(app);
        var (feeds, beats) = (new OpenFeeds(limits), new SharedBeat(TimeProvider.System));
        app.Lifetime.ApplicationStopped.Register(beats.Dispose);
        new EventStreamEndpoints(storage, new FollowEvents(storage), feeds, beats, admission, app.Lifetime.ApplicationStopping).Map(app);
        new TokenEndpoints(new CreateToken(storage), new ListTokens(storage), new RevokeToken(storage, authenticate), tokens).Map(app);
        new CommitEndpoints(commit).Map(app);
        var read = new ReadChanges(storage);
        new ChangeEndpoints(storage, read, new AwaitChanges(storage, read), feeds, admission, app.Lifetime.ApplicationStopping).Map(app);
        new HistoryEndpoints(new ListHistory(storage), tokens).Map(app);
        new SnapshotEndpoints(new TakeSnapshot(storage), feeds).Map(app);
        new KeyEndpoints(
            new CreateKey(storage), new ListKeys(storage), new RotateKey(storage, authenticate), new RevokeKey(storage, authenticate),
            new ListAdministration(storage), storage, tokens).Map(app);
        new DescriptionEndpoints(options).Map(app);
        var (prometheus, totals) = (new Prometheus(), new StorageTotalsMetrics(storage, limits, TimeProvider.System));
        app.Lifetime.ApplicationStopped.Register(prometheus.Dispose);
        app.Lifetime.ApplicationStopped.Register(totals.Dispose);
        new MetricsEndpoints(prometheus, totals).Map(app);
        new HealthEndpoints(storage, app.Lifetime).Map(app);
    }
}
