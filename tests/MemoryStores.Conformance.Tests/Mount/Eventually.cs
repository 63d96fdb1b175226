using System.Diagnostics;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>Waits for what must come, looking again and again; the deadline is for machines that are busy with other things.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task HoldsAsync(Func<bool> condition, Func<string> otherwise) => HoldsAsync(() => Task.FromResult(condition()), otherwise);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        for (var clock = Stopwatch.StartNew(); !await condition(); await Task.Delay(Pause))
            Assert.True(clock.Elapsed < Deadline, $"Not within {Deadline.TotalSeconds:0} s: {otherwise()}");
    }

    public static Task EqualAsync<T>(T expected, Func<T> actual) =>
        HoldsAsync(() => EqualityComparer<T>.Default.Equals(expected, actual()), () => $"expected {expected}, and it is {actual()}");
}
