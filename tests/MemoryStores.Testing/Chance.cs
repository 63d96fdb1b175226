using System.Globalization;

namespace MemoryStores.Testing;

/// <summary>
/// The seed of the tests that play by chance: MEMSTORES_TEST_SEED, which tools/test sets and prints, else a new one. Each test
/// derives its own generator from the seed and its name, so that it replays alone as it ran among others.
/// </summary>
public static class Chance
{
    public static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("MEMSTORES_TEST_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();

    /// <summary>Whether this is the long run, tools/test --soak.</summary>
    public static bool IsSoak => Environment.GetEnvironmentVariable("MEMSTORES_TEST_SOAK") == "1";

    /// <summary>How a failure is replayed; belongs into the message of every assertion that chance led to.</summary>
    public static string Replay => $"replay with MEMSTORES_TEST_SEED={Seed}";

    public static Random For(string test) => new(Stable(test) ^ Seed);

    /// <summary>string.GetHashCode differs from process to process; this does not.</summary>
    private static int Stable(string text) => text.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
}
