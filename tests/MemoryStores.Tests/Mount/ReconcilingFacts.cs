using MemoryStores.Contract.Wire;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Tests.Mount;

/// <summary>
/// Races with others, one at a time: what they did lands while our commit is on its way, and was not heard of. Nothing of
/// either side vanishes.
/// </summary>
public sealed class ReconcilingFacts : IAsyncDisposable
{
    private readonly FakeStore store = new();
    private readonly TaskCompletionSource heard = new();
    private readonly MountInMemory mount;
    private readonly TaskCompletionSource sent = new();

    public ReconcilingFacts()
    {
        store.Create("/a.md", "one\ntwo\nthree\n");
        store.Create("/b.md", "bee\n");
        store.Create("/d/c.md", "sea\n");
        mount = new MountInMemory(store);
        // Neither do our commits arrive, nor do we hear anything, until the race is set up.
        store.Arriving = call => call == "commit" ? sent.Task : call == "hint" ? heard.Task : Task.CompletedTask;
    }

    [Fact]
    public async Task Both_edit_different_lines_and_both_edits_stay()
    {
        mount.Save("/a.md", "one\ntwo\nTHREE\n");
        store.Edit("/a.md", "ONE\ntwo\nthree\n");
        await EndAsync();
        Assert.Equal("ONE\ntwo\nTHREE\n", store.At("/a.md")!.Text);
        Assert.Equal(0, mount.State.Conflicts);
    }

    [Fact]
    public async Task Both_edit_one_line_and_the_later_save_is_the_head_and_the_earlier_a_version()
    {
        mount.Save("/a.md", "one\nmine\nthree\n");
        store.Edit("/a.md", "one\ntheirs\nthree\n");
        await EndAsync();
        Assert.Equal("one\nmine\nthree\n", store.At("/a.md")!.Text);
        Kept("one\ntheirs\nthree\n");
        Assert.Equal(1, mount.State.Conflicts);
    }

    [Fact]
    public async Task Both_append_and_all_lines_stay()
    {
        mount.Append("/a.md", "mine\n");
        mount.Append("/a.md", "mine too\n");
        store.Append("/a.md", "theirs\n");
        await EndAsync();
        Assert.Equal("one\ntwo\nthree\ntheirs\nmine\nmine too\n", store.At("/a.md")!.Text);
    }

    [Fact]
    public async Task An_append_followed_by_an_edit_takes_what_others_put_between()
    {
        mount.Append("/a.md", "mine\n");
        mount.Save("/a.md", "ONE\ntwo\nthree\nmine\n");
        store.Edit("/a.md", "one\ntwo\ntheirs\nthree\n");
        await EndAsync();
        Assert.Equal("ONE\ntwo\ntheirs\nthree\nmine\n", store.At("/a.md")!.Text);
    }

    [Fact]
    public async Task A_merge_followed_by_an_edit_and_an_append_keeps_all_of_it()
    {
        mount.Save("/a.md", "mine\none\ntwo\nthree\n");
        mount.Save("/a.md", "mine\none\ntwo\nTHREE\n");
        mount.Append("/a.md", "four\n");
        store.Edit("/a.md", "one\ntheirs\ntwo\nthree\n");
        await EndAsync();
        Assert.Equal("mine\none\ntheirs\ntwo\nTHREE\nfour\n", store.At("/a.md")!.Text);
    }

    [Fact]
    public async Task A_chain_of_saves_of_which_the_first_conflicts_ends_with_the_last()
    {
        for (var save = 1; save <= 4; save++) mount.Save("/a.md", $"one\nmine {save}\nthree\n");
        store.Edit("/a.md", "one\ntheirs\nthree\n");
        await EndAsync();
        Assert.Equal("one\nmine 4\nthree\n", store.At("/a.md")!.Text);
        for (var save = 1; save <= 4; save++) Kept($"one\nmine {save}\nthree\n");
        Kept("one\ntheirs\nthree\n");
    }

    [Fact]
    public async Task Both_make_one_path_and_the_second_comes_on_top_of_the_first()
    {
        mount.Save("/new.md", "mine\n");
        mount.Append("/new.md", "and more\n");
        var theirs = store.Create("/new.md", "theirs\n");
        await EndAsync();
        Assert.Equal("theirs\nmine\nand more\n", store.At("/new.md")!.Text);
        Assert.Equal(theirs, store.At("/new.md")!.Id);
    }

    [Fact]
    public async Task An_edit_of_what_was_deleted_elsewhere_makes_it_again()
    {
        mount.Save("/a.md", "edited\n");
        mount.Append("/a.md", "more\n");
        store.Delete("/a.md");
        await EndAsync();
        Assert.Equal("edited\nmore\n", store.At("/a.md")!.Text);
    }

    [Fact]
    public async Task A_delete_loses_against_an_edit_elsewhere()
    {
        Assert.Equal(Errno.None, mount.Unlink("/a.md"));
        store.Edit("/a.md", "edited\n");
        await EndAsync();
        Assert.Equal("edited\n", store.At("/a.md")!.Text);
        Assert.Equal("edited\n", mount.Read("/a.md"));
    }

    [Fact]
    public async Task An_edit_follows_the_memory_to_where_it_was_renamed_elsewhere()
    {
        var memory = store.At("/a.md")!.Id;
        mount.Save("/a.md", "one\ntwo\nTHREE\n");
        store.Move("/a.md", "/moved/a.md");
        await EndAsync();
        Assert.Equal("one\ntwo\nTHREE\n", store.At("/moved/a.md")!.Text);
        Assert.Equal(memory, store.At("/moved/a.md")!.Id);
        Assert.Null(mount.TryFind<Node>("/a.md"));
    }

    [Fact]
    public async Task A_rename_takes_along_what_others_wrote_and_shows_it()
    {
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/moved.md"));
        store.Edit("/a.md", "ONE\ntwo\nthree\n");
        await EndAsync();
        Assert.Equal("ONE\ntwo\nthree\n", store.At("/moved.md")!.Text);
        Assert.Equal("ONE\ntwo\nthree\n", mount.Read("/moved.md"));
    }

    [Fact]
    public async Task A_save_behind_a_rename_is_merged_with_what_others_wrote()
    {
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/moved.md"));
        mount.Save("/moved.md", "one\ntwo\nTHREE\n");
        store.Edit("/a.md", "ONE\ntwo\nthree\n");
        await EndAsync();
        Assert.Equal("ONE\ntwo\nTHREE\n", store.At("/moved.md")!.Text);
    }

    [Fact]
    public async Task An_append_does_not_hide_that_others_moved_the_memory()
    {
        mount.Append("/a.md", "mine\n");
        store.Move("/a.md", "/moved.md");
        await EndAsync();
        Assert.Equal("one\ntwo\nthree\nmine\n", mount.Read("/moved.md"));
        Assert.Null(mount.TryFind<Node>("/a.md"));
    }

    [Fact]
    public async Task A_rename_to_where_others_made_a_memory_replaces_it_and_keeps_it_as_a_version()
    {
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/taken.md"));
        mount.Append("/taken.md", "more\n");
        var theirs = store.Create("/taken.md", "theirs\n");
        await EndAsync();
        Assert.Equal("one\ntwo\nthree\nmore\n", store.At("/taken.md")!.Text);
        Assert.Equal(theirs, store.At("/taken.md")!.Id);
        Kept("theirs\n");
        Assert.Null(store.At("/a.md"));
    }

    [Fact]
    public async Task And_so_when_others_wrote_to_the_renamed_one_too_or_it_is_removed_next()
    {
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/taken.md"));
        Assert.Equal(Errno.None, mount.Rename("/b.md", "/gone.md"));
        Assert.Equal(Errno.None, mount.Unlink("/gone.md"));
        store.Edit("/a.md", "one\ntwo\nthree\ntheirs\n");
        store.Create("/taken.md", "first\n");
        store.Create("/gone.md", "unwanted\n");
        await EndAsync();
        Assert.Equal("one\ntwo\nthree\ntheirs\n", store.At("/taken.md")!.Text);
        Assert.Equal("one\ntwo\nthree\ntheirs\n", mount.Read("/taken.md"));
        Assert.Null(mount.TryFind<Node>("/gone.md"));
        Kept("unwanted\n");
        Kept("bee\n");
    }

    [Fact]
    public async Task A_file_made_where_another_was_renamed_away_does_not_take_over_that_one()
    {
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/x.md"));
        mount.Save("/a.md", "new\n");
        store.Create("/x.md", "in the way\n");
        await EndAsync();
        Assert.Equal("new\n", store.At("/a.md")!.Text);
        Assert.Equal("one\ntwo\nthree\n", store.At("/x.md")!.Text);
        Kept("in the way\n");
    }

    [Fact]
    public async Task A_directory_is_renamed_though_one_of_its_memories_was_edited_meanwhile()
    {
        mount.Save("/d/e.md", "e\n");
        Assert.Equal(Errno.None, mount.Rename("/d", "/moved"));
        store.Edit("/d/c.md", "sea\nand shore\n");
        await EndAsync();
        Assert.Equal(["/a.md", "/b.md", "/moved/c.md", "/moved/e.md"], store.Texts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("sea\nand shore\n", mount.Read("/moved/c.md"));
    }

    [Fact]
    public async Task And_though_one_of_them_was_deleted_meanwhile()
    {
        mount.Save("/d/e.md", "e\n");
        Assert.Equal(Errno.None, mount.Rename("/d", "/moved"));
        store.Delete("/d/c.md");
        await EndAsync();
        Assert.Equal(["/a.md", "/b.md", "/moved/e.md"], store.Texts.Keys.Order(StringComparer.Ordinal));
        Kept("sea\n");
    }

    [Fact]
    public async Task Two_memories_change_places_though_one_was_edited_meanwhile()
    {
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/b.md", RenameFlags.Exchange));
        store.Edit("/a.md", "ONE\ntwo\nthree\n");
        await EndAsync();
        Assert.Equal("ONE\ntwo\nthree\n", store.At("/b.md")!.Text);
        Assert.Equal("bee\n", store.At("/a.md")!.Text);
    }

    [Fact]
    public async Task A_save_that_may_not_be_stays_a_draft_and_the_next_carries_what_it_had()
    {
        store.Refuses = change => change.Content?.ToString().EndsWith("refused\n", StringComparison.Ordinal) == true ? new ErrorDetailBody("request_too_large", "No.") : null;
        mount.Append("/a.md", "refused\n");
        mount.Append("/a.md", "welcome\n");
        mount.Save("/b.md", "refused\n");
        sent.SetResult();
        heard.SetResult();
        await mount.UntilAsync(() => mount.Queue.Count == 0);
        Assert.Equal("one\ntwo\nthree\nrefused\nwelcome\n", store.At("/a.md")!.Text);
        Assert.Equal([mount.Find<MemoryNode>("/b.md")], mount.Drafts.Files);
        Assert.Equal("refused\n", mount.Read("/b.md"));

        store.Refuses = _ => null;
        mount.Append("/b.md", "and now\n");
        await mount.SettleAsync();
        Assert.Empty(mount.Drafts.Files);
        Assert.Equal("refused\nand now\n", store.At("/b.md")!.Text);
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_what_was_refused_then_is_tried_anew()
    {
        var lost = 0;
        store.Leaving = call => call == "commit" && Interlocked.Increment(ref lost) <= 2 ? Task.FromException(FakeStore.Unreachable) : Task.CompletedTask;
        mount.Append("/b.md", "mine\n");
        mount.Save("/new.md", "mine\n");
        store.Create("/new.md", "theirs\n");
        await EndAsync();
        Assert.Equal("bee\nmine\n", store.At("/b.md")!.Text);
        Assert.Equal("theirs\nmine\n", store.At("/new.md")!.Text);
        Assert.Empty(mount.Drafts.Files);
    }

    [Fact]
    public async Task News_that_come_before_the_answer_of_the_commit_that_made_the_memory_count()
    {
        mount.Save("/new.md", "mine\n");
        sent.SetResult();
        var answered = new TaskCompletionSource();
        store.Leaving = call => call == "commit" ? answered.Task : Task.CompletedTask;
        await mount.UntilAsync(() => store.At("/new.md") is not null);
        store.Edit("/new.md", "theirs\nmine\n");
        heard.SetResult();
        await mount.UntilAsync(() => mount.Follower.Seq == store.Seq);
        answered.SetResult();
        await EndAsync();
        Assert.Equal("theirs\nmine\n", mount.Read("/new.md"));
    }

    [Fact]
    public async Task A_file_that_is_written_keeps_its_name_and_bytes_when_others_swap_it_with_another()
    {
        sent.SetResult();
        var open = mount.Open("/a.md", OpenFlags.ReadWrite);
        mount.Write(open, "ONE", 0);
        store.Swap("/a.md", "/b.md");
        heard.SetResult();
        await mount.UntilAsync(() => mount.Follower.Seq == store.Seq && mount.Follower.Behind == 0);
        mount.Close(open);
        await EndAsync();
        Assert.Equal("ONE\ntwo\nthree\n", store.At("/b.md")!.Text);
        Assert.Equal("bee\n", store.At("/a.md")!.Text);
    }

    [Fact]
    public async Task An_open_file_deleted_elsewhere_goes_when_it_is_closed_and_comes_back_when_it_was_written()
    {
        sent.SetResult();
        var (idle, busy) = (mount.Open("/a.md", OpenFlags.ReadWrite), mount.Open("/b.md", OpenFlags.ReadWrite));
        store.Delete("/a.md");
        store.Delete("/b.md");
        heard.SetResult();
        await mount.UntilAsync(() => mount.Follower.Seq == store.Seq && mount.Follower.Behind == 0 && mount.Arrivals.ById.Count == 1);
        mount.Write(busy, "alive\n", 0);
        mount.Close(idle);
        mount.Close(busy);
        await EndAsync();
        Assert.Null(mount.TryFind<Node>("/a.md"));
        Assert.Equal("alive\n", store.At("/b.md")!.Text);
    }

    [Fact]
    public async Task A_file_deleted_elsewhere_cannot_be_opened_by_a_kernel_that_has_not_heard()
    {
        sent.SetResult();
        var remembered = mount.Look("/a.md");
        store.Delete("/a.md");
        heard.SetResult();
        await mount.UntilAsync(() => mount.Follower.Seq == store.Seq && mount.Arrivals.ById.Count == 2);
        Assert.Equal(Errno.ESTALE, await mount.OpenSoon(remembered, OpenFlags.WriteOnly));
        Assert.Equal(Errno.ESTALE, mount.Resize(remembered, 0));
    }

    public ValueTask DisposeAsync()
    {
        sent.TrySetResult();
        heard.TrySetResult();
        return mount.DisposeAsync();
    }

    /// <summary>Everything may go on now; in the end the mount shows what the store holds.</summary>
    private async Task EndAsync()
    {
        sent.TrySetResult();
        await mount.UntilAsync(() => mount.Queue.Count == 0 || heard.Task.IsCompleted);
        heard.TrySetResult();
        await mount.SettleAsync();
        mount.AssertSameAsStore();
    }

    private void Kept(string text) =>
        Assert.Contains(text, store.History.Where(version => version.Content is not null).Select(version => System.Text.Encoding.UTF8.GetString(version.Content!)));
}
