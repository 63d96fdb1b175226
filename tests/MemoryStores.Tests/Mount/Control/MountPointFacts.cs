using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount.Control;

public sealed class MountPointFacts : IDisposable
{
    private readonly TemporaryDirectory home = new();
    private readonly List<string> remarks = [];

    private MountRegistry Registry => new([Path.Combine(home.Path, "run", "mounts")]);

    public void Dispose() => home.Dispose();

    [Fact]
    public void A_directory_is_known_by_its_own_name_however_it_is_called()
    {
        Directory.CreateDirectory(home.File("a/b"));
        Directory.CreateSymbolicLink(home.File("link"), home.File("a"));
        Directory.CreateSymbolicLink(home.File("direct"), home.File("a/b"));
        var b = home.File("a/b");
        Assert.Equal(b, MountPoint.Canonical("b", home.File("a")));
        Assert.Equal(b, MountPoint.Canonical("./x/../b/", home.File("a")));
        Assert.Equal(b, MountPoint.Canonical(home.File("link/b"), "/"));
        Assert.Equal(b, MountPoint.Canonical("direct", home.Path));
        Assert.Equal(home.File("a/new"), MountPoint.Canonical("link/new", home.Path));
    }

    [Theory]
    [InlineData("", "'' is no directory. Name one, such as ./memory")]
    [InlineData("a\nb", "'a\\nb' is no directory.")]
    [InlineData("/", "'/' cannot be mounted on.")]
    [InlineData("nowhere/memory", "/nowhere (No such file or directory). Make it first (mkdir -p), or name another.")]
    [InlineData("dangling", "dangling is a symbolic link that leads nowhere (No such file or directory).")]
    public void What_can_be_no_mount_is_refused_with_the_reason(string directory, string reason)
    {
        Directory.CreateSymbolicLink(home.File("dangling"), home.File("gone"));
        Assert.Contains(reason, Assert.Throws<MountException>(() => MountPoint.Canonical(directory, home.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_missing_is_made_and_that_is_said()
    {
        MountPoint.Prepare(home.File("memory"), Registry, importStray: false, remarks.Add);
        Assert.True(Directory.Exists(home.File("memory")));
        Assert.Equal([$"made the directory {home.File("memory")}"], remarks);
        MountPoint.Prepare(home.File("memory"), Registry, importStray: false, remarks.Add);
        Assert.Single(remarks);
    }

    [Fact]
    public void What_a_directory_holds_is_named_and_it_is_not_hidden_by_a_mount()
    {
        Directory.CreateDirectory(home.File("memory"));
        File.WriteAllText(home.File("memory/roof.md"), "");
        Assert.Contains("is not empty: it holds roof.md, which a mount would hide.", Refusal(home.File("memory")), StringComparison.Ordinal);
        foreach (var name in new[] { "a", "b", "c", "d" }) File.WriteAllText(home.File("memory/" + name), "");
        Assert.Matches("is not empty: it holds [^,]+, [^,]+, [^,]+, …, which", Refusal(home.File("memory")));
    }

    [Fact]
    public void A_file_is_no_mount_point()
    {
        File.WriteAllText(home.File("memory"), "");
        Assert.EndsWith("memory is a file. Name a directory that is empty or not there yet.", Refusal(home.File("memory")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_of_others_is_left_alone() =>
        Assert.StartsWith("/proc is mounted already (type proc), and not by a memstores of this user.", Refusal("/proc"), StringComparison.Ordinal);

    private string Refusal(string directory) => Assert.Throws<MountException>(() => MountPoint.Prepare(directory, Registry, importStray: false, remarks.Add)).Message;
}
