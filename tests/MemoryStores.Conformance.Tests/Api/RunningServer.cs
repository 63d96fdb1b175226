using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>One server for all facts that need no more than a store of their own on it.</summary>
public sealed class RunningServer : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public ServerProcess Process { get; private set; } = null!;
    public ApiClient Api { get; private set; } = null!;
    public string Data => directory.File("data");

    public async Task InitializeAsync()
    {
        Process = await ServerProcess.StartAsync(Data, "--limit", "stores_per_workspace=100000");
        Api = new ApiClient(Process.Url);
    }

    public async Task DisposeAsync() => await Process.DisposeAsync();

    public void Dispose()
    {
        Api.Dispose();
        directory.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class OnRunningServer : ICollectionFixture<RunningServer>
{
    public const string Name = "one running server";
}

/// <summary>The base of those facts: a client, and stores that nobody else writes to.</summary>
[Collection(OnRunningServer.Name)]
public abstract class ApiFacts(RunningServer server)
{
    protected RunningServer Server { get; } = server;
    protected ApiClient Api => Server.Api;

    /// <summary>The URL of a new store.</summary>
    protected async Task<string> NewStoreAsync(string name = "A store") =>
        ApiClient.Stores + "/" + (await Api.PostAsync(ApiClient.Stores, new { name })).Ok().Text("id");
}
