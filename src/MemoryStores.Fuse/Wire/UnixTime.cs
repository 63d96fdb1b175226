namespace MemoryStores.Fuse.Wire;

/// <summary>A time as the kernel writes it: seconds since 1970, which are signed in spite of their field, and nanoseconds.</summary>
internal static class UnixTime
{
    private const int NanosecondsPerTick = 100;

    public static (ulong Seconds, uint Nanoseconds) Of(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTime.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);
        return ((ulong)seconds, (uint)rest * NanosecondsPerTick);
    }

    /// <summary>Times that .NET has no name for become the nearest that it has.</summary>
    public static DateTimeOffset From(ulong seconds, uint nanoseconds)
    {
        var within = Math.Clamp((long)seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(within).AddTicks(Math.Min(nanoseconds, 999_999_999) / NanosecondsPerTick);
    }
}
