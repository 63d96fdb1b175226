using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Tests.Mount;

/// <summary>When a save is finished, and what becomes of it, on a clock that stands still.</summary>
public sealed class SavesFacts : IAsyncDisposable
{
    private readonly FakeStore store = new();
    private readonly MountInMemory mount;

    public SavesFacts()
    {
        store.Create("/old.md", "old\n");
        mount = new MountInMemory(store);
    }

    [Fact]
    public async Task The_last_writer_s_close_is_one_and_a_close_before_it_is_none()
    {
        var (one, two) = (mount.Create("/new.md"), mount.Open("/new.md", OpenFlags.WriteOnly));
        mount.Write(one, "a\n");
        mount.Flush(one);
        mount.Close(one);
        await NothingIsSentAsync();
        mount.Write(two, "b\n");
        mount.Close(two);
        await mount.SettleAsync(moveTime: false);
        Assert.Equal(["a\nb\n"], Saved("/new.md"));
    }

    [Fact]
    public async Task A_file_left_open_is_saved_when_nothing_was_written_for_two_seconds()
    {
        var open = mount.Create("/log.md");
        mount.Write(open, "one\n");
        mount.Time.Move(TimeSpan.FromSeconds(1.5));
        mount.Write(open, "two\n");
        mount.Time.Move(TimeSpan.FromSeconds(1.9));
        await NothingIsSentAsync();
        mount.Time.Move(TimeSpan.FromSeconds(0.2));
        await mount.SettleAsync(moveTime: false);
        mount.Write(open, "three\n");
        mount.Time.Move(TimeSpan.FromSeconds(2.1));
        await mount.SettleAsync(moveTime: false);
        Assert.Equal(["one\ntwo\n", "one\ntwo\nthree\n"], Saved("/log.md"));
        mount.Close(open);
        await mount.SettleAsync();
        Assert.Equal(2, Saved("/log.md").Length);
    }

    [Fact]
    public async Task An_empty_file_waits_a_moment_for_its_content()
    {
        mount.Save("/new.md", "");
        await NothingIsSentAsync();
        mount.Save("/new.md", "text\n");
        await mount.SettleAsync();
        Assert.Equal(["text\n"], Saved("/new.md"));

        mount.Save("/empty.md", "");
        mount.Time.Move(TimeSpan.FromMilliseconds(101));
        await mount.SettleAsync(moveTime: false);
        Assert.Equal([""], Saved("/empty.md"));
    }

    [Fact]
    public async Task The_same_bytes_again_are_no_version()
    {
        mount.Save("/old.md", "old\n");
        await mount.SettleAsync();
        Assert.Single(Saved("/old.md"));
    }

    [Fact]
    public async Task Ten_saves_are_ten_versions_in_their_order()
    {
        for (var save = 0; save < 10; save++) mount.Save("/old.md", $"save {save}\n");
        await mount.SettleAsync(moveTime: false);
        Assert.Equal(["old\n", .. Enumerable.Range(0, 10).Select(save => $"save {save}\n")], Saved("/old.md"));
        Assert.Single(store.History.Select(version => version.Memory).Distinct());
    }

    [Fact]
    public async Task More_than_twenty_saves_in_a_second_become_one_with_the_last_content()
    {
        for (var save = 0; save < 50; save++) mount.Save("/old.md", $"save {save}\n");
        await mount.SettleAsync();
        var saved = Saved("/old.md");
        Assert.InRange(saved.Length, 21, 23);
        Assert.Equal("save 49\n", saved[^1]);
    }

    [Fact]
    public async Task What_was_closed_is_a_version_though_the_file_is_emptied_removed_or_replaced_before_its_end_is_told()
    {
        store.Create("/b.md", "b\n");
        store.Create("/c.md", "c\n");
        await mount.SettleAsync();
        // RELEASE comes some time after close() has returned.
        var (a, b, c) = (mount.Open("/old.md", OpenFlags.WriteOnly), mount.Open("/b.md", OpenFlags.WriteOnly), mount.Open("/c.md", OpenFlags.WriteOnly));
        foreach (var (open, text) in new[] { (a, "saved a\n"), (b, "saved b\n"), (c, "saved c\n") })
        {
            mount.Write(open, text, 0);
            mount.Flush(open);
        }
        mount.Save("/other.md", "other\n");
        mount.Resize("/old.md", 0);
        Assert.Equal(Errno.None, mount.Unlink("/b.md"));
        Assert.Equal(Errno.None, mount.Rename("/other.md", "/c.md"));
        mount.Release(a);
        mount.Release(b);
        mount.Release(c);
        await mount.SettleAsync();
        Assert.Equal(["old\n", "saved a\n", ""], Saved("/old.md"));
        Assert.Equal(["b\n", "saved b\n"], Saved("/b.md"));
        Assert.Equal(["c\n", "saved c\n", "other\n"], Saved("/c.md"));
        mount.AssertSameAsStore();
    }

    [Fact]
    public async Task A_file_of_a_scratch_name_is_a_memory_only_when_it_is_left_lying()
    {
        mount.Save("/sedentary", "left\n");
        mount.Time.Move(TimeSpan.FromSeconds(9.9));
        await NothingIsSentAsync();
        mount.Time.Move(TimeSpan.FromSeconds(0.2));
        await mount.SettleAsync(moveTime: false);
        Assert.Equal(["left\n"], Saved("/sedentary"));

        mount.Save("/again.tmp", "first\n");
        mount.Save("/again.tmp", "second\n");
        await NothingIsSentAsync();
    }

    [Fact]
    public async Task A_rename_over_a_memory_is_that_memory_s_next_version()
    {
        mount.Save("/sedAb12Cd", "new\n");
        Assert.Equal(Errno.None, mount.Rename("/sedAb12Cd", "/old.md"));
        await mount.SettleAsync();
        Assert.Equal(["old\n", "new\n"], Saved("/old.md"));
        Assert.Single(store.History.Select(version => version.Memory).Distinct());
    }

    [Fact]
    public async Task A_memory_moved_aside_keeps_its_place_for_who_writes_it_anew_and_else_has_moved()
    {
        Assert.Equal(Errno.None, mount.Rename("/old.md", "/old.md~"));
        mount.Save("/old.md", "edited\n");
        Assert.Equal(Errno.None, mount.Unlink("/old.md~"));
        await mount.SettleAsync();
        Assert.Equal(["old\n", "edited\n"], Saved("/old.md"));
        Assert.Equal(["mem_1"], store.History.Select(version => version.Memory).Distinct());

        Assert.Equal(Errno.None, mount.Rename("/old.md", "/old.tmp"));
        await NothingIsSentAsync();
        mount.Time.Move(TimeSpan.FromSeconds(2.1));
        await mount.SettleAsync(moveTime: false);
        Assert.Equal("mem_1", store.At("/old.tmp")!.Id);
        mount.AssertSameAsStore();
    }

    [Fact]
    public async Task A_directory_may_take_the_place_of_a_memory_that_was_moved_aside_a_moment_ago()
    {
        Assert.Equal(Errno.None, mount.Rename("/old.md", "/aside.tmp"));
        Assert.Equal(Errno.None, mount.MakeDirectory("/old.md"));
        mount.Save("/old.md/inside.md", "inside\n");
        await mount.SettleAsync();
        Assert.Empty(mount.Drafts.Files);
        Assert.Equal(new SortedDictionary<string, string> { ["/aside.tmp"] = "old\n", ["/old.md/inside.md"] = "inside\n" }, mount.Texts);
        mount.AssertSameAsStore();
    }

    [Fact]
    public async Task Another_file_may_replace_a_memory_that_was_moved_aside_a_moment_ago()
    {
        store.Create("/other.md", "other\n");
        await mount.SettleAsync();
        Assert.Equal(Errno.None, mount.Rename("/old.md", "/aside.tmp"));
        Assert.Equal(Errno.None, mount.Rename("/other.md", "/aside.tmp"));
        await mount.SettleAsync();
        Assert.Equal(new Dictionary<string, string> { ["/aside.tmp"] = "other\n" }, store.Texts);
        mount.AssertSameAsStore();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_stay_in_their_file_also_when_it_replaces_a_memory_and_stop_no_other_save()
    {
        var open = mount.Create("/binary.tmp");
        mount.Write(open, [0xFF, 0xFE]);
        mount.Close(open);
        Assert.Equal(Errno.None, mount.Rename("/binary.tmp", "/old.md"));
        mount.Save("/other.md", "other\n");
        await mount.UntilAsync(() => mount.Queue.Count == 0);
        Assert.Equal("other\n", store.At("/other.md")!.Text);
        Assert.Equal("old\n", store.At("/old.md")!.Text);
        Assert.Equal([mount.Find<MemoryNode>("/old.md")], mount.Drafts.Files);
        Assert.Equal([0xFF, 0xFE], mount.Find<MemoryNode>("/old.md").Content.ToArray());

        mount.Save("/old.md", "text again\n");
        await mount.SettleAsync();
        Assert.Empty(mount.Drafts.Files);
        Assert.Equal(["old\n", "text again\n"], Saved("/old.md"));
    }

    [Fact]
    public async Task Fsync_is_answered_by_the_server_or_after_five_seconds()
    {
        var held = new TaskCompletionSource();
        store.Arriving = call => call == "commit" ? held.Task : Task.CompletedTask;
        var open = mount.Create("/new.md");
        mount.Write(open, "text\n");
        var (first, second) = (mount.SyncSoon(open.Node), mount.SyncSoon(open.Node));
        await mount.Interrupt(first);
        Assert.Equal(Errno.EINTR, await first);
        mount.Time.Move(TimeSpan.FromSeconds(4.9));
        Assert.False(second.IsCompleted);
        mount.Time.Move(TimeSpan.FromSeconds(0.2));
        Assert.Equal(Errno.EIO, await second);
        var third = mount.SyncSoon(open.Node);
        held.SetResult();
        Assert.Equal(Errno.None, await third);
        Assert.Equal("text\n", store.At("/new.md")!.Text);
        mount.Close(open);
    }

    [Fact]
    public async Task Who_is_interrupted_while_he_waits_to_open_has_not_opened()
    {
        var (another, held) = (new FakeStore(), new TaskCompletionSource());
        another.Create("/absent.md", "absent\n");
        await using var other = new MountInMemory(Holding(another, held));
        var node = other.Find<MemoryNode>("/absent.md");
        var opening = other.OpenSoon(node, OpenFlags.WriteOnly);
        Assert.Equal(Errno.EINTR, await other.Interrupt(opening));
        held.SetResult();
        await other.UntilAsync(() => node.IsLoaded);
        await other.SettleAsync();
        Assert.False(node.IsOpen);
        another.Edit("/absent.md", "changed\n");
        await other.SettleAsync();
        Assert.Equal("changed\n", other.Read("/absent.md"));
    }

    public ValueTask DisposeAsync() => mount.DisposeAsync();

    private static FakeStore Holding(FakeStore store, TaskCompletionSource until)
    {
        var listed = 0;
        // The first listing is the mount's beginning; the second brings content ahead.
        store.Arriving = call => call == "content" || (call == "list" && ++listed > 1) ? until.Task : Task.CompletedTask;
        return store;
    }

    private string[] Saved(string path) =>
        [.. store.History.Where(version => version.Path == path && version.Content is not null).Select(version => System.Text.Encoding.UTF8.GetString(version.Content!))];

    private async Task NothingIsSentAsync()
    {
        var before = store.Commits.Count;
        for (var look = 0; look < 5; look++)
        {
            await Task.Delay(2);
            Assert.Equal(before, store.Commits.Count);
            Assert.Equal(0, mount.Queue.Count);
        }
    }

    [Fact]
    public async Task What_waits_for_a_server_that_is_away_has_a_bound_and_beyond_it_writing_is_ENOSPC_until_it_is_back()
    {
        var away = new FakeStore();
        await using var bounded = new MountInMemory(away, bounds: new Bounds { DirectoryRenames = 1_000, PendingBytes = 10_000 });
        away.Arriving = _ => throw FakeStore.Unreachable;
        var text = new string('x', 4_000);
        for (var i = 0; i < 3; i++) bounded.Save($"/{i}", text);
        var handle = bounded.Create("/too-much");
        Assert.Equal(Errno.ENOSPC, bounded.Write(handle, text));
        bounded.Close(handle);
        away.Arriving = _ => Task.CompletedTask;
        await bounded.UntilAsync(() => bounded.Queue.Count == 0);
        handle = bounded.Open("/too-much", OpenFlags.WriteOnly | OpenFlags.Truncate);
        Assert.Equal(Errno.None, bounded.Write(handle, text));
        bounded.Close(handle);
        await bounded.SettleAsync();
        Assert.Equal(4, away.Texts.Count(file => file.Value == text));
        bounded.AssertSameAsStore();
    }
}
