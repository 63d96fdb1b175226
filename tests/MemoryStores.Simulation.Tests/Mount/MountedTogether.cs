using System.Diagnostics;
using MemoryStores.Testing;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>A server, a store and some mounts of it, all ended together.</summary>
internal sealed class MountedTogether : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory directory = new();
    private readonly List<MountProcess> mounts = [];
    private ServerProcess? server;
    private StoreApi? store;

    public ServerProcess Server => server!;
    public StoreApi Store => store!;

    public static async Task<MountedTogether> StartAsync(string[]? serverOptions = null)
    {
        var together = new MountedTogether();
        try
        {
            together.server = await ServerProcess.StartAsync(together.directory.File("data"), serverOptions ?? []);
            together.store = await StoreApi.CreateAsync(together.server, "shared");
            return together;
        }
        catch
        {
            await together.DisposeAsync();
            throw;
        }
    }

    public async Task<MountProcess> MountAsync(params string[] options)
    {
        var mount = await MountProcess.StartAsync(Server, Store.Id, directory.File($"mount-{mounts.Count}"), directory.File($"home-{mounts.Count}"), options);
        mounts.Add(mount);
        return mount;
    }

    public string File(string name) => directory.File(name);

    /// <summary>Another server on the same data at the same address, after the first was killed.</summary>
    public async Task StartAgainAsync()
    {
        var address = Server.Url.ToString().TrimEnd('/');
        await Server.DisposeAsync();
        server = await ServerProcess.StartAsync(directory.File("data"), "--listen", address);
        store = Store.On(server);
    }

    /// <summary>Waits for something that is to be true soon.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<string> what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > Soon) Assert.Fail($"After {Soon.TotalSeconds:0} s still: {what()}; {Chance.Replay}");
            await Task.Delay(5);
        }
    }

    /// <summary>All files below a mount with their contents.</summary>
    public static SortedDictionary<string, string> Files(MountProcess mount) => new(
        Directory.EnumerateFiles(mount.Path, "*", SearchOption.AllDirectories).ToDictionary(path => path[mount.Path.Length..], System.IO.File.ReadAllText),
        StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var mount in mounts) await mount.DisposeAsync();
        store?.Dispose();
        if (server is not null) await server.DisposeAsync();
        directory.Dispose();
    }
}
