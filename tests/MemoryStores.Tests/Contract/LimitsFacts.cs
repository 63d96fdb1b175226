using MemoryStores.Contract;

namespace MemoryStores.Tests.Contract;

public sealed class LimitsFacts
{
    [Fact]
    public void The_defaults_are_the_hosted_service_s()
    {
        var limits = new Limits();

        Assert.Equal((102_400, 10_000, 104_857_600L, 1_000), (limits.MemoryBytes, limits.MemoriesPerStore, limits.StoreBytes, limits.StoresPerWorkspace));
        Assert.Equal((1_024, 20), (Limits.PathBytes, Limits.PathSegments));
    }

    [Fact]
    public void Every_named_limit_can_be_set_and_changes_itself_alone()
    {
        var limits = new Limits();

        Assert.Equal(limits with { MemoryBytes = 7 }, limits.With("memory_bytes", 7));
        Assert.Equal(limits with { MemoriesPerStore = 7 }, limits.With("memories_per_store", 7));
        Assert.Equal(limits with { StoreBytes = long.MaxValue }, limits.With("store_bytes", long.MaxValue));
        Assert.Equal(limits with { StoresPerWorkspace = 7 }, limits.With("stores_per_workspace", 7));
        Assert.All(Limits.Names, name => Assert.NotNull(limits.With(name, 1)));
    }

    [Fact]
    public void Nothing_below_one_and_nothing_unknown_is_taken()
    {
        foreach (var value in new[] { 0, -1, long.MinValue }) Assert.All(Limits.Names, name => Assert.Null(new Limits().With(name, value)));
        Assert.Null(new Limits().With("memory_byte", 1));
        Assert.Null(new Limits().With("MEMORY_BYTES", 1));
        Assert.Null(new Limits().With("", 1));
    }

    [Fact]
    public void A_count_over_the_range_of_its_number_is_refused_instead_of_cut()
    {
        Assert.Null(new Limits().With("memories_per_store", int.MaxValue + 1L));
        Assert.Null(new Limits().With("stores_per_workspace", 1L << 32));
        Assert.Null(new Limits().With("memory_bytes", 1L << 32));
    }

    [Fact]
    public void A_memory_in_its_longest_json_form_fits_a_request()
    {
        long value = 1;
        for (var bit = 30; bit >= 0; bit--)
        {
            if (new Limits().With("memory_bytes", value + (1L << bit)) is not null) value += 1L << bit;
        }
        Assert.InRange(value, 102_400, Limits.RequestBodyBytes / 6);
    }
}
