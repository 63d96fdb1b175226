using System.Globalization;
using MemoryStores.Client;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Mounting;

/// <summary>One mount while it runs: registered, mounted, and answering other verbs.</summary>
internal sealed class RunningMount : IAsyncDisposable
{
    private readonly MountClaim claim;
    private readonly ControlServer server;

    private RunningMount(MountOptions options, MountClaim claim, MountedStore mounted)
    {
        (Options, this.claim, Mounted) = (options, claim, mounted);
        Controls = MountControls.Of(mounted) with
        {
            UnmountAsync = async (time, lazy) =>
            {
                IsLeft = true; // Its end is seen before this returns.
                try
                {
                    await mounted.UnmountAsync(time, lazy);
                }
                catch (MountException)
                {
                    IsLeft = false;
                    throw;
                }
            },
        };
        server = ControlServer.Start(claim.Socket, Controls);
    }

    public MountOptions Options { get; }
    public MountedStore Mounted { get; }
    public MountControls Controls { get; }

    /// <summary>Whether it was unmounted through its controls, which drain it first.</summary>
    public bool IsLeft { get; private set; }

    public static async Task<RunningMount> StartAsync(MemoryStoresClient client, MountOptions options, MountRegistry registry, CancellationToken stop)
    {
        var claim = registry.Claim(Entry(client, options));
        MountedStore? mounted = null;
        try
        {
            mounted = await MountedStore.StartAsync(client, options, stop);
            return new RunningMount(options, claim, mounted);
        }
        catch
        {
            if (mounted is not null) await mounted.DisposeAsync();
            claim.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await Mounted.DisposeAsync();
        claim.Dispose();
    }

    private static MountEntry Entry(MemoryStoresClient client, MountOptions options) => new()
    {
        Directory = options.Directory,
        Store = options.Store,
        StoreName = options.StoreName,
        Server = client.Connection.Server.ToString(),
        Pid = Environment.ProcessId,
        ReadOnly = options.ReadOnly,
        StartedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        Session = options.Session,
        Group = options.Group,
    };
}
