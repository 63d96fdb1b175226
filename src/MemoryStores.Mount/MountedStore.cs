using System.Globalization;
using MemoryStores.Client;

namespace MemoryStores.Mount;

/// <summary>Stands in for the mounted tree: nothing is mounted, and there is never anything to drain.</summary>
public sealed class MountedStore : IAsyncDisposable
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MountStatus status;

    private MountedStore(MountStatus status) => this.status = status;

    public Task Ended => ended.Task;

    public static Task<MountedStore> StartAsync(MemoryStoresClient client, MountOptions options, CancellationToken stop) =>
        Task.FromResult(new MountedStore(new MountStatus
        {
            Directory = options.Directory,
            Store = options.Store,
            StoreName = options.StoreName,
            Server = client.Connection.Server.ToString(),
            Pid = Environment.ProcessId,
            State = MountState.Live,
            ReadOnly = options.ReadOnly,
            Seq = 0,
            Memories = 0,
            StartedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
        }));

    public MountStatus Status() => status;

    public Task<DrainOutcome> DrainAsync(Action<int>? pending, CancellationToken stop) =>
        Task.FromResult(new DrainOutcome(Clean: true, status.Pending, status.Drafts, status.LocalFiles, null, []));

    public Task UnmountAsync(TimeSpan deadline, bool lazy)
    {
        ended.TrySetResult();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        ended.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
