using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Beta.MemoryStores;
using Anthropic.Models.Beta.MemoryStores.Memories;
using Anthropic.Models.Beta.MemoryStores.MemoryVersions;
using Anthropic.Services.Beta;
using MemoryStores.Testing;

namespace MemoryStores.Sdk.Tests;

/// <summary>
/// The official C# SDK as a client of the real program, through every call it has for memory stores. This file is compiled
/// against two generations of the SDK; what differs is in each project's Dialect.cs.
/// </summary>
public sealed class SdkFacts : IClassFixture<SdkFacts.Running>, IDisposable
{
    private readonly Recorder recorder = new(new HttpClientHandler());
    private readonly HttpClient http;
    private readonly AnthropicClient client;

    private IMemoryStoreService Stores => client.Beta.MemoryStores;

    public SdkFacts(Running running)
    {
        http = new HttpClient(recorder);
        client = new AnthropicClient { BaseUrl = running.Server.Url.ToString().TrimEnd('/'), ApiKey = ServerProcess.Key, HttpClient = http };
    }

    public void Dispose()
    {
        client.Dispose();
        http.Dispose();
        recorder.Dispose();
    }

    // Stores

    [Fact]
    public async Task A_store_is_created_retrieved_updated_archived_and_deleted()
    {
        var made = await Stores.Create(new() { Name = "Roof", Description = "of the house", Metadata = new Dictionary<string, string> { ["team"] = "blue" } });

        Assert.StartsWith("memstore_", made.ID, StringComparison.Ordinal);
        Assert.Equal(("Roof", "of the house"), (made.Name, made.Description));
        Assert.Equal("blue", made.Metadata!["team"]);
        Assert.Equal(TimeSpan.Zero, made.CreatedAt.Offset);
        Assert.Null(made.ArchivedAt);
        var read = await Stores.Retrieve(made.ID);
        Assert.Equal((made.ID, made.CreatedAt, made.UpdatedAt), (read.ID, read.CreatedAt, read.UpdatedAt));

        var changed = await Stores.Update(made.ID, new() { Name = "Cellar", Description = "", Metadata = new Dictionary<string, string?> { ["floor"] = "-1", ["team"] = null } });
        Assert.Equal(("Cellar", ""), (changed.Name, changed.Description));
        Assert.Equal(["floor"], changed.Metadata!.Keys);
        Assert.True(changed.UpdatedAt > made.UpdatedAt);

        var archived = await Stores.Archive(made.ID);
        Assert.NotNull(archived.ArchivedAt);
        Assert.Equal(archived.ArchivedAt, (await Stores.Archive(made.ID)).ArchivedAt);
        await Assert.ThrowsAsync<AnthropicBadRequestException>(() => Stores.Update(made.ID, new() { Name = "again" }));

        var deleted = await Stores.Delete(made.ID);
        Assert.Equal(made.ID, deleted.ID);
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() => Stores.Retrieve(made.ID));
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() => Stores.Delete(made.ID));
    }

    [Fact]
    public async Task Stores_are_listed_page_by_page_within_bounds_of_time()
    {
        var made = new List<BetaManagedAgentsMemoryStore>();
        for (var i = 0; i < 5; i++) made.Add(await Stores.Create(new() { Name = Text(i) }));
        await Stores.Archive(made[4].ID);
        var bounds = new MemoryStoreListParams { CreatedAtGte = made[0].CreatedAt, CreatedAtLte = made[4].CreatedAt, Limit = 2 };

        Assert.Equal(made[..4].Select(store => store.ID).Reverse(), await AllAsync((await Stores.List(bounds)).Paginate(), store => store.ID));
        Assert.Equal(made.Select(store => store.ID).Reverse(),
            await AllAsync((await Stores.List(bounds with { IncludeArchived = true })).Paginate(), store => store.ID));
    }

    // Memories

    [Fact]
    public async Task A_memory_is_created_retrieved_updated_and_deleted()
    {
        var store = (await Stores.Create(new() { Name = "A store" })).ID;

        var made = await Stores.Memories.Create(store, new() { Path = "/a.md", Content = "one 🌳" });
        Assert.Null(made.Content);
        Assert.Equal(Hash("one 🌳"), made.ContentSha256);
        Assert.Equal((8, "/a.md", store), (made.ContentSizeBytes, made.Path, made.MemoryStoreID));
        Assert.Equal("full", (await Stores.Memories.Create(store, new() { Path = "/b.md", Content = "full", View = BetaManagedAgentsMemoryView.Full })).Content);

        Assert.Equal("one 🌳", (await Stores.Memories.Retrieve(made.ID, new() { MemoryStoreID = store })).Content);
        Assert.Null((await Stores.Memories.Retrieve(made.ID, new() { MemoryStoreID = store, View = BetaManagedAgentsMemoryView.Basic })).Content);

        var changed = await Stores.Memories.Update(made.ID, new() { MemoryStoreID = store, Content = "two", Path = "/c.md", View = BetaManagedAgentsMemoryView.Full });
        Assert.Equal((made.ID, "/c.md", "two"), (changed.ID, changed.Path, changed.Content));
        Assert.NotEqual(made.MemoryVersionID, changed.MemoryVersionID);

        Assert.Equal(made.ID, (await Stores.Memories.Delete(made.ID, new() { MemoryStoreID = store })).ID);
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() => Stores.Memories.Retrieve(made.ID, new() { MemoryStoreID = store }));
    }

    [Fact]
    public async Task Memories_are_listed_page_by_page_by_prefix_and_depth()
    {
        var store = (await Stores.Create(new() { Name = "A store" })).ID;
        for (var i = 0; i < 25; i++) await Stores.Memories.Create(store, new() { Path = $"/notes/{Text(i)}", Content = Text(i) });
        await Stores.Memories.Create(store, new() { Path = "/top", Content = "" });

        var all = await AllAsync((await Stores.Memories.List(store, new() { Limit = 7 })).Paginate(), item => item.Path);
        Assert.Equal(26, all.Distinct().Count());
        Assert.Equal(26, all.Count);
        var full = await AllAsync((await Stores.Memories.List(store, new() { PathPrefix = "/notes/", View = BetaManagedAgentsMemoryView.Full })).Paginate(),
            item => item.TryPickBetaManagedAgentsMemory(out var memory) ? memory.Content : null);
        Assert.Equal(Enumerable.Range(0, 25).Select(Text), full);
        var top = (await Stores.Memories.List(store, new() { Depth = 1 })).Items;
        Assert.True(top[0].TryPickPrefix(out var prefix) && prefix.Path == "/notes/");
        Assert.True(top[1].TryPickBetaManagedAgentsMemory(out var memory) && memory.Path == "/top");
    }

    [Fact]
    public async Task A_precondition_guards_an_update_and_a_delete()
    {
        var store = (await Stores.Create(new() { Name = "A store" })).ID;
        var made = await Stores.Memories.Create(store, new() { Path = "/a", Content = "one" });
        var update = new MemoryUpdateParams { MemoryStoreID = store, MemoryID = made.ID, Content = "two", Precondition = Dialect.Precondition(made.ContentSha256) };

        var changed = await Stores.Memories.Update(update);
        Dialect.IsConflict(await RefusedAsync(() => Stores.Memories.Update(update with { Content = "three" })), "memory_precondition_failed_error");
        Assert.Equal(changed.MemoryVersionID, (await Stores.Memories.Update(update)).MemoryVersionID);

        var delete = new MemoryDeleteParams { MemoryStoreID = store, MemoryID = made.ID, ExpectedContentSha256 = made.ContentSha256 };
        Dialect.IsConflict(await RefusedAsync(() => Stores.Memories.Delete(delete)), "memory_precondition_failed_error");
        await Stores.Memories.Delete(delete with { ExpectedContentSha256 = changed.ContentSha256 });
    }

    // Versions

    [Fact]
    public async Task Versions_are_listed_filtered_retrieved_and_redacted()
    {
        var store = (await Stores.Create(new() { Name = "A store" })).ID;
        var made = await Stores.Memories.Create(store, new() { Path = "/a", Content = "secret" });
        for (var i = 0; i < 4; i++) await Stores.Memories.Update(made.ID, new() { MemoryStoreID = store, Content = Text(i) });
        await Stores.Memories.Create(store, new() { Path = "/b", Content = "other" });

        var all = await AllAsync((await Stores.MemoryVersions.List(store, new() { Limit = 2 })).Paginate(), version => version);
        Assert.Equal(6, all.Select(version => version.ID).Distinct().Count());
        Assert.All(all, version => Assert.True(version.CreatedBy!.TryPickApi(out var actor) && actor.ApiKeyID.StartsWith("apikey_", StringComparison.Ordinal)));
        var modified = await Stores.MemoryVersions.List(store, new() { MemoryID = made.ID, Operation = BetaManagedAgentsMemoryVersionOperation.Modified });
        Assert.Equal(4, modified.Items.Count);
        Assert.Equal([all[2].ID], (await Stores.MemoryVersions.List(store, new() { CreatedAtGte = all[2].CreatedAt, CreatedAtLte = all[2].CreatedAt })).Items.Select(version => version.ID));
        Assert.Empty((await Stores.MemoryVersions.List(store, new() { SessionID = "sesn_nobody" })).Items);

        Assert.Equal("secret", (await Stores.MemoryVersions.Retrieve(made.MemoryVersionID, new() { MemoryStoreID = store })).Content);
        var redacted = await Stores.MemoryVersions.Redact(made.MemoryVersionID, new() { MemoryStoreID = store });
        Assert.NotNull(redacted.RedactedAt);
        Assert.NotNull(redacted.RedactedBy);
        Assert.Equal((null, null, null, null), (redacted.Content, redacted.ContentSha256, redacted.ContentSizeBytes, redacted.Path));
        Assert.Equal(redacted.RedactedAt, (await Stores.MemoryVersions.Redact(made.MemoryVersionID, new() { MemoryStoreID = store })).RedactedAt);
        await Assert.ThrowsAsync<AnthropicBadRequestException>(() => Stores.MemoryVersions.Redact(all[1].ID, new() { MemoryStoreID = store }));
    }

    // Errors

    [Fact]
    public async Task Errors_come_as_the_exceptions_of_the_SDK()
    {
        var store = (await Stores.Create(new() { Name = "A store" })).ID;
        var there = await Stores.Memories.Create(store, new() { Path = "/notes", Content = "" });

        await Assert.ThrowsAsync<AnthropicBadRequestException>(() => Stores.Memories.Create(store, new() { Path = "no slash", Content = "" }));
        await Assert.ThrowsAsync<AnthropicBadRequestException>(() => Stores.Memories.List(store, new() { Depth = 2 }));
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() => Stores.Retrieve("memstore_01ceGPFUY4oTQ3gxaaMvXWXR"));
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() => Stores.MemoryVersions.Retrieve("memver_x", new() { MemoryStoreID = store }));
        using var stranger = new AnthropicClient { BaseUrl = client.BaseUrl, ApiKey = "wrong" };
        await Assert.ThrowsAsync<AnthropicUnauthorizedException>(() => stranger.Beta.MemoryStores.Retrieve(store));

        var conflict = await RefusedAsync(() => Stores.Memories.Create(store, new() { Path = "/notes/todo", Content = "" }));
        Dialect.IsConflict(conflict, "memory_path_conflict_error");
        var error = JsonDocument.Parse(conflict.ResponseBody).RootElement.GetProperty("error");
        Assert.Equal("/notes", error.GetProperty("conflicting_path").GetString());
        Assert.Equal(there.ID, error.GetProperty("conflicting_memory_id").GetString());
    }

    [Fact]
    public async Task A_conflict_is_asked_for_once()
    {
        var store = (await Stores.Create(new() { Name = "A store" })).ID;
        await Stores.Memories.Create(store, new() { Path = "/a", Content = "" });
        recorder.Requests.Clear();

        await RefusedAsync(() => Stores.Memories.Create(store, new() { Path = "/a", Content = "" }));

        Assert.Single(recorder.Requests);
    }

    [Fact]
    public async Task The_SDK_sends_its_key_the_way_of_its_generation()
    {
        await Stores.List();

        Assert.Equal(Dialect.KeyPrefix + ServerProcess.Key, recorder.Requests.Last()[Dialect.KeyHeader]);
    }

    private static async Task<AnthropicApiException> RefusedAsync(Func<Task> call) => await Assert.ThrowsAnyAsync<AnthropicApiException>(call);

    private static async Task<List<TResult>> AllAsync<T, TResult>(IAsyncEnumerable<T> items, Func<T, TResult> select)
    {
        var all = new List<TResult>();
        await foreach (var item in items) all.Add(select(item));
        return all;
    }

    private static string Text(int number) => number.ToString("00", CultureInfo.InvariantCulture);

    private static string Hash(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    /// <summary>The headers of each request that went out.</summary>
    private sealed class Recorder(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public ConcurrentQueue<Dictionary<string, string>> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Enqueue(request.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>One server for all of these facts.</summary>
    public sealed class Running : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryDirectory directory = new();

        public ServerProcess Server { get; private set; } = null!;

        public async Task InitializeAsync() => Server = await ServerProcess.StartAsync(directory.File("data"));

        public async Task DisposeAsync() => await Server.DisposeAsync();

        public void Dispose() => directory.Dispose();
    }
}
