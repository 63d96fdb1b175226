namespace MemoryStores.Mount.Control;

/// <summary>
/// How a mount was left. Without <see cref="Unmounted"/> changes were still to go, and it stays mounted. <see cref="Drained"/> is
/// null when draining did not come to an end; <see cref="Pending"/> says what is left.
/// </summary>
public sealed record LeaveOutcome(bool Unmounted, int Pending, DrainOutcome? Drained);

/// <summary>
/// The one way out of a mount, for a signal as for a verb: 1. drain, within a time; 2. when changes are left, go no further,
/// unless forced: then the daemon copies the files it could not send; 3. unmount, lazily when forced.
/// </summary>
public static class Leaving
{
    // Programs that are about to close a file get this long.
    private static readonly TimeSpan UnmountTime = TimeSpan.FromSeconds(2);

    /// <summary><paramref name="hurry"/> ends the draining before its time.</summary>
    public static async Task<LeaveOutcome> RunAsync(MountControls mount, TimeSpan drainTime, bool force, Action<int>? pending, CancellationToken hurry)
    {
        var drained = await DrainAsync(mount, drainTime, pending, hurry);
        var left = drained?.Pending ?? mount.Status().Pending;
        if (left > 0 && !force) return new LeaveOutcome(Unmounted: false, left, drained);
        await mount.UnmountAsync(UnmountTime, force);
        return new LeaveOutcome(Unmounted: true, left, drained);
    }

    /// <summary>Null when the time was not enough.</summary>
    public static async Task<DrainOutcome?> DrainAsync(MountControls mount, TimeSpan time, Action<int>? pending, CancellationToken hurry)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(hurry);
        limit.CancelAfter(time);
        try
        {
            return await mount.DrainAsync(pending, limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
