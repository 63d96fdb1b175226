using System.Text.Json;
using MemoryStores.Client;
using MemoryStores.Mount;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>What cannot be a memory is kept, told of with cause and cure, and ends only by somebody's deed.</summary>
public sealed class DraftFacts(MountFixture mounts) : IClassFixture<MountFixture>
{
    [Fact]
    public async Task A_draft_is_listed_with_cause_and_cure_and_shown_byte_for_byte()
    {
        var mount = await mounts.MountAsync();
        await mount.Root.PythonAsync(@"outcome(write, 'picture.md', b'\xff\xd8\xff')");
        await DrainToDraftsAsync(mount, 1);
        var draft = Assert.Single(await ListAsync(mount));
        Assert.Equal(("/picture.md", 3, "it is not UTF-8", true, mount.Directory), (draft.Path, draft.ContentSizeBytes, draft.Cause, draft.InFile, draft.Directory));
        Assert.Contains("save it as UTF-8", draft.Cure, StringComparison.Ordinal);
        Assert.Equal([0xff, 0xd8, 0xff], (await mount.VerbAsync("drafts", "show", draft.Id)).Output);
        Assert.Empty(await mount.Root.MemoriesAsync());
    }

    [Fact]
    public async Task A_valid_save_an_unlink_and_a_discard_end_a_draft()
    {
        var mount = await mounts.MountAsync();
        await mount.Root.PythonAsync(@"for name in 'abc': outcome(write, name, b'\xff')");
        await DrainToDraftsAsync(mount, 3);
        await mount.Root.ShAsync("echo text > a; rm b");
        await mount.VerbAsync("drafts", "discard", (await ListAsync(mount)).Single(draft => draft.Path == "/c").Id, "--yes");
        Assert.True((await mount.DrainAsync()).Clean);
        Assert.Empty(await ListAsync(mount));
        Assert.Equal(["a"], (await mount.Root.MemoriesAsync()).Keys);
        Assert.Equal("a", await mount.Root.ShAsync("ls"));
    }

    [Fact]
    public async Task A_discarded_draft_of_a_memory_gives_way_to_the_memory()
    {
        var mount = await mounts.MountAsync();
        await mount.Root.ShAsync("echo text > f");
        Assert.True((await mount.DrainAsync()).Clean);
        await mount.Root.PythonAsync(@"outcome(write, 'f', b'\xff\xfe')");
        await DrainToDraftsAsync(mount, 1);
        await mount.VerbAsync("drafts", "discard", (await ListAsync(mount)).Single().Id, "--yes");
        await Eventually.EqualAsync("text\n", () => File.ReadAllText(mount.Root.File("f")));
        await mount.Root.AssertVersionsAsync("a created f: text\n");
    }

    [Fact]
    public async Task Drafts_outlive_a_killed_daemon_and_what_was_not_finished_is_one()
    {
        var store = await mounts.NewStoreAsync();
        var mount = await mounts.MountAsync(store);
        await mount.Root.ShAsync("echo old > half");
        Assert.True((await mount.DrainAsync()).Clean);
        await using (var program = mount.Root.StartPython())
        {
            await program.DoAsync(@"outcome(write, 'whole', b'\xff'); f = open('half', 'w'); f.write('ne'); f.flush()");
            await mount.SignalAsync("KILL");
        }
        await mount.DisposeAsync();

        Assert.Equal(["/half left", "/whole left"], (await ListAsync(mount)).Select(draft => $"{draft.Path} {(draft.Directory is null ? "left" : "held")}").Order(StringComparer.Ordinal));
        var next = await mounts.MountAsync(store);
        var drafts = (await ListAsync(next)).OrderBy(draft => draft.Path, StringComparer.Ordinal).ToList();
        Assert.Equal([("/half", false), ("/whole", true)], drafts.Select(draft => (draft.Path, draft.InFile)));
        Assert.Equal("the mount ended while a program was writing it", drafts[0].Cause);
        Assert.Equal("ne", (await next.VerbAsync("drafts", "show", drafts[0].Id)).Text);
        Assert.Equal("old\n", await next.Root.ReadAsync("half"));
        Assert.Equal(2, (await next.StatusAsync()).Drafts);
        await next.Root.ShAsync("echo new > half; rm whole");
        Assert.True((await next.DrainAsync()).Clean);
        await next.Root.AssertVersionsAsync("a created half: old\n", "a modified half: new\n");
    }

    [Fact]
    public async Task A_draft_that_no_mount_holds_can_be_shown_and_discarded()
    {
        var store = await mounts.NewStoreAsync();
        var mount = await mounts.MountAsync(store);
        await mount.Root.PythonAsync(@"outcome(write, 'a', b'\xff'); outcome(write, 'b', b'\xfe')");
        await DrainToDraftsAsync(mount, 2);
        Assert.Equal(0, await mount.StopAsync());
        var drafts = (await ListAsync(mount)).ToDictionary(draft => draft.Path);
        Assert.Equal([0xff], (await mount.VerbAsync("drafts", "show", drafts["/a"].Id)).Output);
        await mount.VerbAsync("drafts", "discard", drafts["/a"].Id, "--yes");
        var left = Assert.Single(await ListAsync(mount));
        Assert.Equal("/b", left.Path);
        var next = await mounts.MountAsync(store);
        Assert.Equal("b", await next.Root.ShAsync("ls"));
    }

    [Fact]
    public async Task A_save_made_from_a_version_that_was_redacted_meanwhile_is_a_draft()
    {
        var mount = await mounts.MountAsync();
        var place = mount.Root;
        var memory = await place.CreateElsewhereAsync("f", "one\nsecret\nthree\n");
        await place.CatchUpAsync();
        await using var program = place.StartPython();
        await program.DoAsync("f = open('f', 'r+'); text = f.read(); f.seek(0); f.write(text.replace('three', 'drei')); f.flush()");
        await place.WriteElsewhereAsync(memory, "one\ntwo\nthree\n");
        await mounts.Api.Versions.RedactAsync(mount.Store.Id, memory.MemoryVersionId);
        await program.DoAsync("f.close()");
        await DrainToDraftsAsync(mount, 1);
        var draft = Assert.Single(await ListAsync(mount));
        Assert.Contains(memory.MemoryVersionId, draft.Cause, StringComparison.Ordinal);
        Assert.Equal("one\ntwo\nthree\n", (await place.MemoriesAsync())["f"].Content!.ToString());
        var contents = new List<string?>();
        await foreach (var page in mounts.Api.Versions.ListPagesAsync(mount.Store.Id, new VersionListQuery { WithContent = true })) contents.AddRange(page.Value.Data.Select(version => version.Content?.ToString()));
        Assert.Equal(["one\ntwo\nthree\n", null], contents);
    }

    private static async Task DrainToDraftsAsync(LiveMount mount, int drafts)
    {
        var drained = await mount.DrainAsync();
        Assert.Equal((false, 0, drafts), (drained.Clean, drained.Pending, drained.Drafts));
    }

    /// <summary>Those of the mount's store.</summary>
    private static async Task<List<DraftEntry>> ListAsync(LiveMount mount)
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        using var list = JsonDocument.Parse((await mount.VerbAsync("drafts", "--json")).Output);
        return [.. list.RootElement.GetProperty("data").EnumerateArray().Select(draft => draft.Deserialize<DraftEntry>(options)!).Where(draft => draft.Store == mount.Store.Id)];
    }
}
