namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>Trees that are brought into a mount and taken out of it.</summary>
public sealed class CopyFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    private const string MakeTree = "mkdir -p tree/sub/deep; for i in {1..20}; do echo $i > tree/$i.md; done; echo x > tree/sub/x; echo y > tree/sub/deep/y; touch tree/empty; touch -d 2020-02-02 tree/1.md";

    [FactWith("rsync")]
    public async Task Rsync_brings_a_tree_in_once_and_takes_it_out_as_it_was()
    {
        var place = await mounts.PlaceAsync();
        var outside = Outside();
        await place.RunAsync("bash", "-ec", $"cd {outside}; {MakeTree}");
        await place.ShAsync($"rsync -a {outside}/tree .; echo changed > {outside}/tree/1.md; rm {outside}/tree/2.md; rsync -a --delete {outside}/tree .");
        await place.Mount.DrainAsync();
        // A second run finds nothing to do.
        Assert.Equal("", await place.ShAsync($"rsync -ai --delete {outside}/tree ."));
        await place.ShAsync($"rsync -a tree {outside}/back; diff -r {outside}/tree {outside}/back/tree; test $(stat -c %Y tree/3.md) = $(stat -c %Y {outside}/tree/3.md)");
        await place.Mount.DrainAsync();
        var versions = await place.VersionsAsync();
        Assert.Equal(23, versions.Count(line => line.Contains(" created tree/", StringComparison.Ordinal)));
        Assert.Equal(["b modified tree/1.md: changed\n"], versions.Where(line => line.Contains(" modified ", StringComparison.Ordinal)).Select(line => "b" + line[1..]));
        Assert.Single(versions, line => line.EndsWith(" deleted tree/2.md", StringComparison.Ordinal));
        Assert.Equal(25, versions.Count);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Tar_brings_a_tree_in_and_takes_it_out()
    {
        var place = await mounts.PlaceAsync();
        var outside = Outside();
        await place.RunAsync("bash", "-ec", $"cd {outside}; {MakeTree}; tar cf all.tar tree");
        await place.ShAsync($"tar xf {outside}/all.tar; tar cf {outside}/back.tar tree; mkdir {outside}/back; tar xf {outside}/back.tar -C {outside}/back; diff -r {outside}/tree {outside}/back/tree");
        await place.Mount.DrainAsync();
        Assert.Equal(23, (await place.VersionsAsync()).Count);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Copies_and_moves_into_the_mount_within_it_and_out_of_it()
    {
        var place = await mounts.PlaceAsync();
        var outside = Outside();
        await place.RunAsync("bash", "-ec", $"cd {outside}; {MakeTree}");
        await place.ShAsync($"cp -a {outside}/tree .; cp -a tree copy; mv {outside}/tree moved-in; diff -r copy moved-in; mv copy {outside}/moved-out; diff -r tree {outside}/moved-out");
        await place.Mount.DrainAsync();
        var versions = await place.VersionsAsync();
        // An empty file that is gone again at once was nobody's save.
        versions.RemoveAll(line => line.Contains(" copy/empty", StringComparison.Ordinal));
        Assert.Equal(68, versions.Count(line => line.Contains(" created ", StringComparison.Ordinal)));
        Assert.Equal(22, versions.Count(line => line.Contains(" deleted copy/", StringComparison.Ordinal)));
        Assert.Equal(90, versions.Count);
        await place.AssertShowsStoreAsync();
    }

    [Fact]
    public async Task Empty_directories_are_there_for_as_long_as_the_mount()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("mkdir -p a/b; rmdir a/b; mkdir a/c; rm -r a; mkdir stays");
        await place.Mount.DrainAsync();
        Assert.Equal("stays", await place.ShAsync("ls -A"));
        Assert.Empty(await place.VersionsAsync());
    }

    [FactWith("git")]
    public async Task A_repository_in_a_mount_works_and_none_of_it_is_a_memory()
    {
        var store = await mounts.NewStoreAsync();
        var mount = await mounts.MountAsync(store);
        var place = mount.Place("project");
        await place.ShAsync("git init -q; echo one > a.md; mkdir sub; echo two > sub/b.md; git add .; git commit -qm first");
        await place.ShAsync("echo more >> a.md; git mv sub/b.md sub/c.md; git commit -qam second; git gc -q; git fsck --strict; git checkout -q -b side HEAD~1; git checkout -q -; git stash list");
        Assert.Equal("", await place.ShAsync("git status --porcelain"));
        Assert.Equal("2", await place.ShAsync("git rev-list --count HEAD"));
        var drained = await mount.DrainAsync();
        Assert.True(drained.Clean);
        Assert.True(drained.LocalFiles > 10);
        Assert.All((await mount.Root.HistoryAsync()), version => Assert.DoesNotContain(".git", version.Path, StringComparison.Ordinal));
        Assert.Equal(["a.md", "sub/c.md"], (await place.MemoriesAsync()).Keys);
        Assert.Equal("one\nmore\n", await place.ReadAsync("a.md"));
        await place.AssertShowsStoreAsync();

        // The next mount of the store takes the repository up.
        Assert.Equal(0, await mount.StopAsync());
        Assert.False(mount.IsMounted());
        var again = place.In(await mounts.MountAsync(store));
        Assert.Equal("", await again.ShAsync("git fsck --strict; git status --porcelain"));
        Assert.Equal("second\nfirst", await again.ShAsync("git log --format=%s"));
        Assert.Equal("a.md\nsub", await again.ShAsync("ls"));
    }

    [FactWith("git")]
    public async Task A_branch_is_checked_out_and_each_memory_it_changes_has_a_version()
    {
        var place = await mounts.PlaceAsync();
        await place.ShAsync("git init -q -b main; echo main > f; git add f; git commit -qm main; git checkout -q -b side; echo side > f; echo new > g; git add .; git commit -qm side");
        await place.Mount.DrainAsync();
        await place.ShAsync("git checkout -q main");
        await place.Mount.DrainAsync();
        Assert.Equal("main\n", await place.ReadAsync("f"));
        Assert.Equal(["f"], (await place.MemoriesAsync()).Keys);
        await place.ShAsync("git checkout -q side; git reset -q --hard; git clean -qfd");
        await place.Mount.DrainAsync();
        Assert.Equal("side\n", await place.ReadAsync("f"));
        Assert.Equal(["f", "g"], (await place.MemoriesAsync()).Keys);
        await place.AssertShowsStoreAsync();
    }

    /// <summary>A directory that is in no mount.</summary>
    private string Outside() => Directory.CreateDirectory(mounts.Home.File(Guid.NewGuid().ToString("N"))).FullName;
}
