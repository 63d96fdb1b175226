using MemoryStores.Conformance.Tests.Cli;
using MemoryStores.Conformance.Tests.Mount;

namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>A directory that is kept in step while programs work in it.</summary>
public sealed class FollowingFacts(SyncFixture syncs) : IClassFixture<SyncFixture>
{
    private const string Vim = "timeout 20 vim --not-a-term -u NONE -i NONE -N --cmd 'set backupskip='";

    [Fact]
    public async Task Changes_of_either_side_are_soon_on_the_other()
    {
        var (one, two) = await PairAsync();
        await using var first = await one.FollowAsync();
        await using var second = await two.FollowAsync();
        await one.ShAsync("mkdir -p deep/er; echo 1 > deep/er/a; echo 2 > b");
        await ShowsAsync(two, new() { ["/b"] = "2\n", ["/deep/er/a"] = "1\n" });
        await two.ShAsync("mv deep/er/a deep/c; echo more >> b");
        await ShowsAsync(one, new() { ["/b"] = "2\nmore\n", ["/deep/c"] = "1\n" });
        await one.ShAsync("rm b");
        await ShowsAsync(two, new() { ["/deep/c"] = "1\n" });
        Assert.Equal(["a created /b: 2\n", "b created /deep/er/a: 1\n"], (await one.VersionsAsync())[..2].Order(StringComparer.Ordinal));
        Assert.Equal((0, 0), (await first.StopAsync(), await second.StopAsync()));
    }

    [TheoryWith("vim")]
    [InlineData("")]
    [InlineData("set backupcopy=no")]
    [InlineData("set nowritebackup")]
    public async Task Each_w_of_vim_is_one_version_of_the_same_memory(string settings)
    {
        var place = await syncs.PlaceAsync();
        await using var sync = await place.FollowAsync();
        await place.ShAsync("echo one > f");
        await sync.SaysAsync("-> created /f");
        await place.ShAsync($"{Vim} -c '{settings}' -c 'normal! GoTWO' -c w -c 'sleep 1' -c 'normal! GoTHREE' -c wq f </dev/null >/dev/null 2>&1");
        await SaysVersionsAsync(place, "a created /f: one\n", "a modified /f: one\nTWO\n", "a modified /f: one\nTWO\nTHREE\n");
        Assert.Equal(".anthropic-memory-store\nf", await place.ShAsync("ls -A"));
    }

    [Fact]
    public async Task Atomic_saves_of_programs_are_versions_of_the_same_memory()
    {
        var place = await syncs.PlaceAsync();
        await using var sync = await place.FollowAsync();
        await place.ShAsync("echo one > f");
        await sync.SaysAsync("-> created /f");
        await place.ShAsync("sed -i s/one/two/ f");
        await SaysVersionsAsync(place, "a created /f: one\n", "a modified /f: two\n");
        await place.ShAsync("echo three > f.tmp; mv f.tmp f");
        await SaysVersionsAsync(place, "a created /f: one\n", "a modified /f: two\n", "a modified /f: three\n");
        await place.ShAsync("mv f f~; sleep 0.05; echo four > f; rm f~");
        await SaysVersionsAsync(place, "a created /f: one\n", "a modified /f: two\n", "a modified /f: three\n", "a modified /f: four\n");
    }

    [Fact]
    public async Task A_save_under_way_is_taken_when_it_is_whole()
    {
        var place = await syncs.PlaceAsync();
        await using var sync = await place.FollowAsync();
        await using (var file = new FileStream(place.File("f"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
        {
            for (var i = 0; i < 4; i++)
            {
                await file.WriteAsync("part\n"u8.ToArray());
                await file.FlushAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(400));
            }
        }
        await SaysVersionsAsync(place, "a created /f: part\npart\npart\npart\n");
    }

    [Fact]
    public async Task A_scratch_file_becomes_a_memory_when_it_was_left_alone()
    {
        var place = await syncs.PlaceAsync();
        place.Write("notes.tmp", "left\n");
        Assert.Contains("left for the next time", await place.OnceAsync(), StringComparison.Ordinal);
        await using var sync = await place.FollowAsync();
        Assert.Empty(await place.MemoriesAsync());
        await sync.SaysAsync("-> created /notes.tmp");
    }

    [FactWith("git")]
    public async Task A_repository_works_in_it_and_stays_here()
    {
        var (one, two) = await PairAsync();
        await using var first = await one.FollowAsync();
        await using var second = await two.FollowAsync();
        await one.ShAsync("git init -q; echo one > a; git add -A; git commit -qm one; git checkout -qb other; echo two > b; rm a; git add -A; git commit -qm two; git checkout -q -");
        await ShowsAsync(two, new() { ["/a"] = "one\n" });
        await two.ShAsync("echo more >> a");
        await ShowsAsync(one, new() { ["/a"] = "one\nmore\n" });
        Assert.Equal(" M a", await one.ShAsync("git status --short"));
        Assert.False(Directory.Exists(two.File(".git")));
    }

    [Fact]
    public async Task Lines_appended_in_two_directories_at_once_are_all_there()
    {
        var (one, two) = await PairAsync();
        one.Write("f", "start\n");
        await one.OnceAsync();
        await two.OnceAsync();
        await using var first = await one.FollowAsync();
        await using var second = await two.FollowAsync();
        const int lines = 40;
        const string append = "for i in $(seq 40); do echo \"$NAME $i\" >> f; sleep 0.05; done";
        await Task.WhenAll(one.ShAsync("NAME=one; " + append), two.ShAsync("NAME=two; " + append));
        await one.EventuallyInStepAsync();
        await two.EventuallyInStepAsync();
        await Eventually.HoldsAsync(() => one.Read("f") == two.Read("f"), () => "they differ");
        var all = one.Read("f").Split('\n');
        foreach (var name in (string[])["one", "two"])
            Assert.Equal(Enumerable.Range(1, lines).Select(i => $"{name} {i}"), all.Where(line => line.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_written_just_before_the_end_is_sent()
    {
        var place = await syncs.PlaceAsync();
        await using var sync = await place.FollowAsync();
        place.Write("f", "last\n");
        Assert.Equal(0, await sync.StopAsync());
        Assert.Equal(new() { ["/f"] = "last\n" }, await place.MemoriesAsync());
    }

    [Fact]
    public async Task A_server_with_the_official_api_alone_is_asked()
    {
        await using var proxy = new OfficialOnly(syncs.Server.Url);
        var behind = new AtProxy(syncs, proxy);
        using var home = behind.Home;
        var place = await behind.PlaceAsync();
        await using var sync = await place.FollowAsync("--poll-interval", "1");
        await place.ShAsync("echo 1 > a; echo 2 > b");
        await SaysVersionsAsync(place, "a created /a: 1\n", "b created /b: 2\n");
        await place.WriteElsewhereAsync("/a", "1\ntheirs\n");
        await ShowsAsync(place, new() { ["/a"] = "1\ntheirs\n", ["/b"] = "2\n" });
        await place.ShAsync("mv b c; echo mine >> a");
        await place.EventuallyInStepAsync();
        Assert.Equal(new() { ["/a"] = "1\ntheirs\nmine\n", ["/c"] = "2\n" }, place.Files());
        Assert.Equal(0, await sync.StopAsync());
    }

    private async Task<(SyncedPlace, SyncedPlace)> PairAsync()
    {
        var one = await syncs.PlaceAsync();
        return (one, await syncs.PlaceAsync(one.Store));
    }

    private static Task ShowsAsync(SyncedPlace place, SortedDictionary<string, string> files) => Eventually.HoldsAsync(() =>
    {
        try
        {
            return place.Files().SequenceEqual(files);
        }
        catch (IOException)
        {
            return false;
        }
    }, () => string.Join(' ', place.Files()));

    private static async Task SaysVersionsAsync(SyncedPlace place, params string[] expected)
    {
        List<string> versions = [];
        await Eventually.HoldsAsync(async () => (versions = await place.VersionsAsync()).Count >= expected.Length, () => string.Join(", ", versions));
        Assert.Equal(expected, versions);
    }

    /// <summary>The same server behind a proxy that knows /v1 alone.</summary>
    private sealed class AtProxy : SyncFixture
    {
        private readonly OfficialOnly proxy;

        public AtProxy(SyncFixture syncs, OfficialOnly proxy)
        {
            (this.proxy, Server, Api) = (proxy, syncs.Server, syncs.Api);
        }

        public override Uri SyncUrl => new(proxy.Url);
    }
}
