using MemoryStores.Client;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Control;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>
/// A real server, and real daemons of <c>memstores mount</c>, for the tests of one class. Whatever a test does, its mounts are
/// taken away in the end and their processes are gone. The mounts have a key of their own, so that their versions can be told
/// from those that <see cref="Api"/> makes.
/// </summary>
public class MountFixture : IAsyncLifetime
{
    private readonly List<LiveMount> mounts = [];
    private LiveMount? shared;
    private int directories;

    public TemporaryDirectory Home { get; } = new();
    public ServerProcess Server { get; private set; } = null!;

    /// <summary>Somebody else, who changes the store without a mount.</summary>
    public MemoryStoresClient Api { get; private set; } = null!;

    public KeyBody MountKey { get; private set; } = null!;

    /// <summary>Where daemons register and keep their files: nothing of the user's own.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Where the mounts find the server.</summary>
    public virtual Uri MountUrl => Server.Url;

    /// <summary>More words for <c>memstores serve</c>.</summary>
    protected virtual string[] ServerOptions => [];

    public virtual async Task InitializeAsync()
    {
        if (FuseAccess.OfMachine().Problem(allowOther: false) is { } problem) Assert.Fail($"Nothing can be mounted here: {problem}");
        Server = await ServerProcess.StartAsync(Home.File("data"), ServerOptions);
        Api = Client(ServerProcess.Key);
        MountKey = (await Api.Keys.CreateAsync(new CreateKeyBody { Name = "mount", Role = "write" })).Value;
        const UnixFileMode ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var (name, directory) in new[] { ("XDG_RUNTIME_DIR", "run"), ("XDG_STATE_HOME", "state"), ("HOME", "home") })
        {
            Variables[name] = Home.File(directory);
            Directory.CreateDirectory(Home.File(directory), ours);
        }
    }

    public virtual async Task DisposeAsync()
    {
        await Task.WhenAll(mounts.Select(mount => mount.DisposeAsync().AsTask()));
        Api?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        Home.Dispose();
    }

    /// <summary>Another server on what is in the data directory by then, at the same address, where the last one has ended.</summary>
    public async Task StartServerAgainAsync()
    {
        var address = Server.Url.ToString().TrimEnd('/');
        await Server.DisposeAsync();
        Server = await ServerProcess.StartAsync(Home.File("data"), ["--listen", address, .. ServerOptions]);
    }

    public MemoryStoresClient Client(string key, Uri? url = null) =>
        new(new Connection(ServerAddress.TryParse((url ?? Server.Url).ToString(), out var address, out var reason) ? address : throw new ArgumentException(reason, nameof(url)), key));

    public async Task<StoreBody> NewStoreAsync() =>
        (await Api.Stores.CreateAsync(new CreateStoreBody { Name = "store-" + Guid.NewGuid().ToString("N") })).Value;

    public async Task<LiveMount> MountAsync(StoreBody store, params string[] options) => await MountAsync(store, new MountStart { Options = options });

    public async Task<LiveMount> MountAsync(StoreBody store, MountStart start)
    {
        var mount = await LiveMount.StartAsync(this, store, start with { Directory = start.Directory ?? Home.File($"mount-{Interlocked.Increment(ref directories)}") });
        lock (mounts) mounts.Add(mount);
        return mount;
    }

    /// <summary>A mount of a new store.</summary>
    public async Task<LiveMount> MountAsync() => await MountAsync(await NewStoreAsync());

    /// <summary>A directory of its own in a mount that the tests of the class share.</summary>
    public async Task<Place> PlaceAsync()
    {
        shared ??= await MountAsync();
        return shared.Place($"d{Interlocked.Increment(ref directories)}");
    }
}

/// <summary>How a mount is started; what is null is the usual.</summary>
public sealed record MountStart
{
    public string[] Options { get; init; } = [];
    public string? Directory { get; init; }
    public string? Key { get; init; }
    public Dictionary<string, string> Variables { get; init; } = [];
}
