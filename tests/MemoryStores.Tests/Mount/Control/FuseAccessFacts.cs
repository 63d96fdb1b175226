using MemoryStores.Mount.Control;

namespace MemoryStores.Tests.Mount.Control;

public sealed class FuseAccessFacts
{
    private static readonly FuseAccess Root = new() { System = "Linux", HasDevice = true, MayMount = true, IsRoot = true, HasUnmounter = false };
    private static readonly FuseAccess User = new() { System = "Linux", HasDevice = true, MayMount = false, IsRoot = false, HasUnmounter = true, DeviceRefusal = "Permission denied" };

    [Fact]
    public void Nothing_stands_in_the_way_of_root_or_of_a_user_with_fusermount3()
    {
        Assert.Null(Root.Problem(allowOther: true));
        Assert.Null(User.Problem(allowOther: false));
        Assert.Null((User with { UsersMayAllowOther = true }).Problem(allowOther: true));
    }

    [Fact]
    public void Each_obstacle_is_named_with_what_to_do()
    {
        Says(Root with { HasDevice = false }, "there is no /dev/fuse", "modprobe fuse", "--device /dev/fuse --cap-add SYS_ADMIN");
        Says(Root with { DeviceRefusal = "Operation not permitted" }, "cannot be opened: Operation not permitted", "--device /dev/fuse");
        Says(Root with { MayMount = false }, "may not mount", "--cap-add SYS_ADMIN");
        Says(User with { HasUnmounter = false }, "no fusermount3", "apt-get install fuse3");
        Says(new FuseAccess { System = "macOS", HasDevice = false, MayMount = false, IsRoot = false, HasUnmounter = false }, "can be mounted on Linux, and this is macOS");
        Assert.Contains("user_allow_other >> /etc/fuse.conf", User.Problem(allowOther: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000001ffffffffff", true)]
    [InlineData("0000000000200000", true)]
    [InlineData("00000000a80425fb", false)]
    [InlineData("", false)]
    public void The_right_to_mount_is_read_from_the_effective_capabilities(string set, bool mayMount) =>
        Assert.Equal(mayMount, FuseAccess.HasCapability(["Name:\tx", "CapEff:\t" + set], 21));

    private static void Says(FuseAccess machine, params string[] parts)
    {
        var problem = machine.Problem(allowOther: false);
        Assert.All(parts, part => Assert.Contains(part, problem, StringComparison.Ordinal));
    }
}
