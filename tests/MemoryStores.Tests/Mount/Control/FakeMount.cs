using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Tests.Mount.Control;

/// <summary>A mount that is a handful of delegates, and keeps note of what was asked of it.</summary>
internal sealed class FakeMount
{
    public static readonly DrainOutcome Clean = new(Clean: true, 0, 0, 0, null, []);

    public static MountEntry Entry(string directory) => new()
    {
        Directory = directory,
        Store = "memstore_01",
        StoreName = "notes",
        Server = "http://127.0.0.1:7878",
        Pid = 4711,
        ReadOnly = false,
        StartedAt = "2026-07-22T10:00:00Z",
    };

    public List<string> Asked { get; } = [];
    public bool FailStatus { get; set; }
    public Func<Action<int>?, CancellationToken, Task<DrainOutcome>> DrainAsync { get; set; } = (_, _) => Task.FromResult(Clean);
    public Func<TimeSpan, bool, Task> UnmountAsync { get; set; } = (_, _) => Task.CompletedTask;

    public MountStatus Status { get; set; } = new()
    {
        Directory = "/mnt/notes",
        Store = "memstore_01",
        StoreName = "notes",
        Server = "http://127.0.0.1:7878",
        Pid = 4711,
        State = MountState.Live,
        ReadOnly = false,
        Seq = 11,
        Memories = 5,
        StartedAt = "2026-07-22T10:00:00Z",
    };

    public MountControls Controls => new()
    {
        Status = () => FailStatus ? throw new InvalidOperationException("The tree fell over.") : Status,
        DrainAsync = (pending, stop) =>
        {
            Asked.Add("drain");
            return DrainAsync(pending, stop);
        },
        UnmountAsync = (time, lazy) =>
        {
            Asked.Add(lazy ? "unmount lazily" : "unmount");
            return UnmountAsync(time, lazy);
        },
    };

    public static async Task<DrainOutcome> ForeverAsync(Action<int>? pending, CancellationToken stop)
    {
        await Task.Delay(Timeout.Infinite, stop);
        return Clean;
    }
}
