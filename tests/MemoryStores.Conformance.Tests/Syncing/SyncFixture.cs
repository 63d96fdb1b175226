using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>A real server, and directories that the real program keeps in step with its stores.</summary>
public class SyncFixture : IAsyncLifetime
{
    private readonly List<LiveSync> syncs = [];
    private int directories;

    public TemporaryDirectory Home { get; } = new();
    public ServerProcess Server { get; protected set; } = null!;

    /// <summary>Somebody else, who changes the store without a directory.</summary>
    public MemoryStoresClient Api { get; protected set; } = null!;

    /// <summary>Where the syncs find the server.</summary>
    public virtual Uri SyncUrl => Server.Url;

    public virtual Task InitializeAsync() => ServeAsync();

    protected async Task ServeAsync()
    {
        Api?.Dispose();
        Server = await ServerProcess.StartAsync(Home.File("data"));
        Api = new(new Connection(ServerAddress.TryParse(Server.Url.ToString(), out var address, out _) ? address : throw new InvalidOperationException(), ServerProcess.Key));
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var sync in syncs) await sync.DisposeAsync();
        Api?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        Home.Dispose();
    }

    public async Task<StoreBody> NewStoreAsync() =>
        (await Api.Stores.CreateAsync(new CreateStoreBody { Name = "store-" + Guid.NewGuid().ToString("N") })).Value;

    /// <summary>A directory for a store, and what is kept about it; a new store unless one is given.</summary>
    public async Task<SyncedPlace> PlaceAsync(StoreBody? store = null)
    {
        var directory = Home.File($"place-{Interlocked.Increment(ref directories)}");
        Directory.CreateDirectory(directory);
        return new SyncedPlace(this, store ?? await NewStoreAsync(), directory);
    }

    internal void Own(LiveSync sync)
    {
        lock (syncs) syncs.Add(sync);
    }
}

/// <summary>A directory, the store it belongs to, and both sides' doings.</summary>
public sealed record SyncedPlace(SyncFixture Fixture, StoreBody Store, string Directory)
{
    public string StateHome => Directory + ".state";

    public string File(string name) => Path.Combine(Directory, name);

    public void Write(string name, string content)
    {
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), content);
    }

    public string Read(string name) => System.IO.File.ReadAllText(File(name));

    /// <summary>Everything in the directory but the marker, by paths.</summary>
    public SortedDictionary<string, string> Files() => new(
        System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != ".anthropic-memory-store" && !file.Contains("/.git/", StringComparison.Ordinal))
            .ToDictionary(file => file[Directory.Length..], System.IO.File.ReadAllText), StringComparer.Ordinal);

    public async Task<SortedDictionary<string, string>> MemoriesAsync() => new((await ListAsync()).ToDictionary(memory => memory.Path, memory => memory.Content!.ToString()), StringComparer.Ordinal);

    public async Task<MemoryBody> MemoryAsync(string path) => (await ListAsync()).Single(memory => memory.Path == path);

    public async Task<MemoryBody> CreateElsewhereAsync(string path, string content) =>
        (await Fixture.Api.Memories.CreateAsync(Store.Id, path, MemoryContent.Of(content))).Value;

    public async Task WriteElsewhereAsync(string path, string content) =>
        await Fixture.Api.Memories.UpdateAsync(Store.Id, (await MemoryAsync(path)).Id, new UpdateMemoryBody { Content = MemoryContent.Of(content) });

    public async Task MoveElsewhereAsync(string path, string to) =>
        await Fixture.Api.Memories.UpdateAsync(Store.Id, (await MemoryAsync(path)).Id, new UpdateMemoryBody { Path = to });

    public async Task DeleteElsewhereAsync(string path) => await Fixture.Api.Memories.DeleteAsync(Store.Id, (await MemoryAsync(path)).Id);

    /// <summary>All versions, the oldest first: a letter for the memory, the operation, the path, and the content.</summary>
    public async Task<List<string>> VersionsAsync()
    {
        var versions = new List<VersionBody>();
        await foreach (var page in Fixture.Api.Versions.ListPagesAsync(Store.Id, new VersionListQuery { WithContent = true })) versions.AddRange(page.Value.Data);
        versions.Reverse();
        var letters = new Dictionary<string, char>();
        return [.. versions.Select(version =>
        {
            if (!letters.TryGetValue(version.MemoryId, out var letter)) letters[version.MemoryId] = letter = (char)('a' + letters.Count);
            return $"{letter} {version.Operation} {version.Path}{(version.Content is { } content ? $": {content}" : "")}";
        })];
    }

    /// <summary>One round of both ways, which must end as expected; what it printed, with its remarks.</summary>
    public async Task<string> OnceAsync(int exitCode = 0, params string[] options)
    {
        var run = await ProgramRun.RunAsync(Start("--once", options));
        Assert.True(run.ExitCode == exitCode, $"it ended with {run.ExitCode}, not {exitCode}: {run.Text}{run.Error}");
        return run.Text + run.Error;
    }

    public Task<LiveSync> FollowAsync(params string[] options) => LiveSync.StartAsync(this, options);

    public async Task AssertInStepAsync()
    {
        var memories = await MemoriesAsync();
        Assert.Equal(memories, Files());
    }

    public Task EventuallyInStepAsync() => Mount.Eventually.HoldsAsync(async () =>
    {
        try
        {
            return (await MemoriesAsync()).SequenceEqual(Files());
        }
        catch (Exception changing) when (changing is IOException)
        {
            return false;
        }
    }, () => $"the directory has {string.Join(' ', Files())}");

    public Task<string> ShAsync(string script) => RunAsync("bash", "-euo", "pipefail", "-c", script);

    public async Task<string> RunAsync(string program, params string[] words)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = Fixture.Home.Path, ["LC_ALL"] = "C.UTF-8", ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_AUTHOR_NAME"] = "T",
            ["GIT_AUTHOR_EMAIL"] = "t@example.org", ["GIT_COMMITTER_NAME"] = "T", ["GIT_COMMITTER_EMAIL"] = "t@example.org",
        };
        var run = await ProgramRun.RunAsync(new ProgramStart("env", ["-C", Directory, program, .. words]) { Variables = variables });
        Assert.True(run.ExitCode == 0, $"{program} ended with {run.ExitCode}: {run.Text}{run.Error}");
        return run.Text.TrimEnd('\n');
    }

    internal ProgramStart Start(string? verb, string[] options) =>
        new(ServerProcess.Program, ["sync", .. verb is null ? options : [verb, .. options], "--", Store.Id, Directory])
        {
            Variables = new Dictionary<string, string>
            {
                ["MEMSTORES_URL"] = Fixture.SyncUrl.ToString(), ["MEMSTORES_API_KEY"] = ServerProcess.Key, ["XDG_STATE_HOME"] = StateHome, ["HOME"] = Fixture.Home.Path,
            },
        };

    private async Task<List<MemoryBody>> ListAsync()
    {
        var memories = new List<MemoryBody>();
        var query = new MemoryListQuery { WithContent = true, Limit = Limits.PageItemsWithContent };
        await foreach (var page in Fixture.Api.Memories.ListPagesAsync(Store.Id, query)) memories.AddRange(page.Value.Data.OfType<MemoryBody>());
        return memories;
    }
}
