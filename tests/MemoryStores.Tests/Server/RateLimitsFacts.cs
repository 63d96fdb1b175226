using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Server.Http;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Server;

/// <summary>How many requests a workspace may send, on a clock that stands still.</summary>
public sealed class RateLimitsFacts
{
    private static readonly WorkspaceId One = WorkspaceId.FromStorage("wrkspc_1");
    private static readonly WorkspaceId Two = WorkspaceId.FromStorage("wrkspc_2");
    private readonly ManualTime clock = new();

    [Fact]
    public void A_minutes_worth_passes_at_once_and_then_no_more()
    {
        var rates = new RateLimits(changesPerMinute: 3, readsPerMinute: null, clock);

        for (var i = 0; i < 3; i++) Assert.Null(rates.Take(One, reads: false));
        var refusal = Assert.IsType<Refusal.RateLimited>(rates.Take(One, reads: false));
        Assert.Equal((429, 20), (refusal.Status, refusal.RetryAfterSeconds));
        Assert.Contains("3 changes a minute", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_as_long_as_told_is_enough_and_one_tick_less_is_not()
    {
        var rates = new RateLimits(changesPerMinute: 3, readsPerMinute: null, clock);
        for (var i = 0; i < 3; i++) rates.Take(One, reads: false);

        clock.Move(TimeSpan.FromSeconds(20) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(rates.Take(One, reads: false));
        clock.Move(TimeSpan.FromMilliseconds(1));
        Assert.Null(rates.Take(One, reads: false));
        Assert.NotNull(rates.Take(One, reads: false));
    }

    [Fact]
    public void A_pause_fills_the_bucket_and_never_more()
    {
        var rates = new RateLimits(changesPerMinute: null, readsPerMinute: 5, clock);
        for (var i = 0; i < 5; i++) rates.Take(One, reads: true);
        clock.Move(TimeSpan.FromDays(1));

        for (var i = 0; i < 5; i++) Assert.Null(rates.Take(One, reads: true));
        Assert.NotNull(rates.Take(One, reads: true));
    }

    [Fact]
    public void Workspaces_and_reads_and_changes_have_buckets_of_their_own()
    {
        var rates = new RateLimits(changesPerMinute: 1, readsPerMinute: 1, clock);

        Assert.Null(rates.Take(One, reads: false));
        Assert.Null(rates.Take(One, reads: true));
        Assert.Null(rates.Take(Two, reads: false));
        Assert.Null(rates.Take(Two, reads: true));
        Assert.NotNull(rates.Take(One, reads: false));
        Assert.NotNull(rates.Take(Two, reads: true));
    }

    [Fact]
    public void Without_a_rate_nothing_is_counted()
    {
        var rates = new RateLimits(changesPerMinute: null, readsPerMinute: null, clock);

        for (var i = 0; i < 10_000; i++) Assert.Null(rates.Take(One, reads: i % 2 == 0));
    }

    [Fact]
    public void The_wait_is_told_in_whole_seconds_of_at_least_one()
    {
        var rates = new RateLimits(changesPerMinute: 6_000, readsPerMinute: null, clock);
        for (var i = 0; i < 6_000; i++) rates.Take(One, reads: false);

        Assert.Equal(1, rates.Take(One, reads: false)!.RetryAfterSeconds);
    }
}
