using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount;

/// <summary>What a mount makes of what another left, in the cases that no script of programs alone leads to.</summary>
public sealed class RecoveryFacts : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private readonly TaskCompletionSource held = new();

    /// <summary>After a kill another one with the same content, of which the dead know nothing.</summary>
    private FakeStore store = new();
    private readonly List<MountInMemory> mounts = [];
    private readonly TaskCompletionSource never = new();

    public RecoveryFacts()
    {
        store.Create("/a.md", "one\ntwo\nthree\n");
        store.Create("/b.md", "bee\n");
        HoldCommits();
    }

    [Fact]
    public async Task Lines_that_are_the_same_are_appended_once_each()
    {
        store.Create("/log.md", "line\n");
        var mount = Start();
        mount.Append("/log.md", "line\n");
        mount.Append("/log.md", "line\n");
        var left = Kill(mount);
        store.Append("/log.md", "line\n");
        for (var recovery = 0; recovery < 3; recovery++)
        {
            await using var next = left.Mount(directory, store);
            await next.SettleAsync();
            Assert.Equal("line\nline\nline\nline\n", store.At("/log.md")!.Text);
            left = Kill(next);
        }
    }

    [Fact]
    public async Task A_line_of_which_the_answer_was_lost_is_there_once_though_others_append_the_same()
    {
        var mount = Start();
        LoseAnswers();
        mount.Append("/b.md", "line\n");
        await mount.UntilAsync(() => store.At("/b.md")!.Text == "bee\nline\n");
        var left = Kill(mount);
        store.Append("/b.md", "line\n");
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Equal("bee\nline\nline\n", store.At("/b.md")!.Text);
        next.AssertSameAsStore();
    }

    [Fact]
    public async Task What_two_dead_mounts_had_not_sent_of_one_memory_is_joined()
    {
        var (one, two) = (Start(), Start());
        one.Save("/a.md", "ONE\ntwo\nthree\n");
        two.Save("/a.md", "one\ntwo\nTHREE\n");
        var left = Kill(one, two);
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Equal("ONE\ntwo\nTHREE\n", store.At("/a.md")!.Text);
        Assert.Equal(0, next.State.Conflicts);
        next.AssertSameAsStore();
    }

    [Fact]
    public async Task And_where_it_contradicts_both_are_versions()
    {
        var (one, two) = (Start(), Start());
        one.Save("/a.md", "one\nfirst\nthree\n");
        two.Save("/a.md", "one\nsecond\nthree\n");
        one.Save("/new.md", "of the first\n");
        two.Save("/new.md", "of the second\n");
        var left = Kill(one, two);
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Kept("one\nfirst\nthree\n");
        Kept("one\nsecond\nthree\n");
        Assert.Equal(["of the first", "of the second"], store.At("/new.md")!.Text.TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal));
        next.AssertSameAsStore();
    }

    /// <summary>What became of the first's commit was once taken for the second's.</summary>
    [Fact]
    public async Task Two_dead_mounts_that_had_sent_and_of_which_one_was_too_late_have_both_saved()
    {
        var (one, two) = (Start(), Start());
        one.Save("/a.md", "ONE\ntwo\nthree\n");
        one.Append("/b.md", "of the first\n");
        two.Save("/a.md", "one\ntwo\nTHREE\n");
        two.Append("/b.md", "of the second\n");
        await one.UntilAsync(() => store.Busy >= 2);
        var left = Kill(one, two);
        store.Edit("/a.md", "one\nTWO\nthree\n");
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Equal("ONE\nTWO\nTHREE\n", store.At("/a.md")!.Text);
        Assert.Equal("bee\nof the first\nof the second\n", store.At("/b.md")!.Text);
        next.AssertSameAsStore();
    }

    [Fact]
    public async Task A_save_made_from_what_was_redacted_since_is_a_draft_and_no_head()
    {
        var secret = store.At("/a.md")!.Version;
        var mount = Start();
        mount.Save("/a.md", "one, a secret\ntwo\nthree\n");
        mount.Append("/a.md", "four\n");
        var left = Kill(mount);
        store.Edit("/a.md", "harmless\n");
        store.Redact(secret);
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Equal("harmless\n", store.At("/a.md")!.Text);
        Assert.Contains(("/a.md", "one, a secret\ntwo\nthree\nfour\n"), Belief.DraftsOf(next));
        Assert.DoesNotContain(store.History, version => version.Content is not null && Encoding.UTF8.GetString(version.Content).Contains("a secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_draft_survives_mounts_until_it_is_saved_as_text_or_removed()
    {
        var mount = Start();
        foreach (var path in new[] { "/a.md", "/binary.md", "/removed.md" })
        {
            var open = mount.TryFind<MemoryNode>(path) is null ? mount.Create(path) : mount.Open(path, OpenFlags.WriteOnly | OpenFlags.Truncate);
            Assert.Equal(Errno.None, mount.Write(open, [0xFF, 0xFE], 0));
            mount.Close(open);
        }
        var unfinished = mount.Open("/b.md", OpenFlags.WriteOnly);
        mount.Write(unfinished, "half of", 0);
        var torn = mount.Create("/large.md");
        Assert.Equal(Errno.EFBIG, mount.Write(torn, new byte[FakeStore.MemoryBytes + 1], 0));
        mount.Write(torn, "the end of it\n", 0);
        Assert.Equal(Errno.EFBIG, mount.Write(torn, new byte[FakeStore.MemoryBytes + 1], 14));
        mount.Close(torn);
        var left = Kill(mount);
        for (var remount = 0; remount < 3; remount++)
        {
            var next = Keep(left.Mount(directory, store));
            await next.SettleAsync();
            Assert.Equal(["/a.md", "/b.md", "/binary.md", "/large.md", "/removed.md"], Belief.DraftsOf(next).Select(draft => draft.Path).Order(StringComparer.Ordinal));
            Assert.Contains(("/b.md", "half of"), Belief.DraftsOf(next));
            Assert.Contains(("/large.md", "the end of it\n"), Belief.DraftsOf(next));
            Assert.Equal("one\ntwo\nthree\n", store.At("/a.md")!.Text);
            Assert.Equal("bee\n", store.At("/b.md")!.Text);
            Assert.Equal(2, store.Heads.Count);
            left = Kill(next);
        }
        var last = Keep(left.Mount(directory, store));
        last.Save("/a.md", "text\n");
        last.Save("/binary.md", "text too\n");
        last.Save("/b.md", "whole\n");
        last.Save("/large.md", "small\n");
        Assert.Equal(Errno.None, last.Unlink("/removed.md"));
        await last.SettleAsync();
        Assert.Equal(0, last.Drafts.Count);
        await last.DisposeAsync();
        mounts.Remove(last);
        // And nothing of it is on disk any more.
        Assert.Empty(Directory.GetFiles(last.Journals, "*.journal", SearchOption.AllDirectories));
        last = Keep(new MountInMemory(store, last.Journals));
        Assert.Equal(0, last.Drafts.Count);
        last.AssertSameAsStore();
    }

    [Fact]
    public async Task What_an_archived_store_takes_no_more_is_kept_as_drafts()
    {
        var mount = Start();
        mount.Save("/a.md", "edited\n");
        mount.Save("/new.md", "new\n");
        mount.Append("/b.md", "more\n");
        var left = Kill(mount);
        store.IsArchived = true;
        for (var remount = 0; remount < 3; remount++)
        {
            var next = Keep(left.Mount(directory, store));
            await next.SettleAsync();
            Assert.Equal([("/a.md", "edited\n"), ("/b.md", "bee\nmore\n"), ("/new.md", "new\n")], Belief.DraftsOf(next).Order());
            left = Kill(next);
        }
        Assert.Equal(["one\ntwo\nthree\n", "bee\n"], store.Heads.Select(head => head.Text));
    }

    /// <summary>What was fetched only to be sent was once repeated as nothing.</summary>
    [Fact]
    public async Task A_memory_moved_over_another_unread_is_not_emptied_when_its_commit_is_repeated()
    {
        var listed = 0;
        store.Arriving = call => call == "commit" || (call == "list" && ++listed > 1) ? never.Task : Task.CompletedTask;
        var mount = Start();
        Assert.False(mount.Find<MemoryNode>("/a.md").IsLoaded);
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/b.md"));
        await mount.UntilAsync(() => store.Busy >= 2 && !mount.Find<MemoryNode>("/b.md").IsLoaded);
        var left = Kill(mount);
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Equal([("mem_2", "/b.md", "one\ntwo\nthree\n")], store.Heads.Select(head => (head.Id, head.Path, head.Text)));
        next.AssertSameAsStore();
    }

    /// <summary>A new file of the journal was once begun with changes that were done, and without those that took the place of others.</summary>
    [Fact]
    public async Task A_journal_begun_anew_in_the_middle_of_an_answer_knows_what_is_done_and_what_is_not()
    {
        store.Arriving = call => call == "commit" ? held.Task : call == "hint" ? never.Task : Task.CompletedTask;
        var mount = Start();
        mount.Append("/b.md", "line\n");
        Assert.Equal(Errno.None, mount.Rename("/a.md", "/taken.md"));
        mount.Append("/taken.md", "four\n");
        store.Create("/taken.md", "theirs\n");
        // The rename is refused, and who stands in its way is asked for: that takes long.
        var asked = new TaskCompletionSource();
        store.Arriving = call => call == "hint" || (call == "find" && asked.TrySetResult()) ? never.Task : Task.CompletedTask;
        held.TrySetResult();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        mount.Time.Move(Bounds.JournalKeeps + TimeSpan.FromMilliseconds(1));
        var left = Kill(mount);
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Equal("bee\nline\n", store.At("/b.md")!.Text);
        Assert.Equal("one\ntwo\nthree\nfour\n", store.At("/taken.md")!.Text);
        Kept("theirs\n");
        Assert.Null(store.At("/a.md"));
        next.AssertSameAsStore();
    }

    public async ValueTask DisposeAsync()
    {
        never.TrySetCanceled();
        held.TrySetResult();
        foreach (var mount in mounts) await mount.DisposeAsync();
        directory.Dispose();
    }

    /// <summary>A dead mount's save was once taken for one of the memory it began with, and given up when the path was taken.</summary>
    [Fact]
    public async Task What_was_sent_to_be_made_again_and_finds_its_path_taken_is_merged_and_kept()
    {
        var mount = Start();
        mount.Append("/b.md", "first\n");
        mount.Save("/b.md", "second\n");
        store.Delete("/b.md");
        store.Create("/b.md", "theirs\n");
        var (commits, sentAgain) = (0, new TaskCompletionSource());
        store.Arriving = call => call == "hint" || (call == "commit" && ++commits > 1 && sentAgain.TrySetResult()) ? never.Task : Task.CompletedTask;
        held.TrySetResult();
        await sentAgain.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var left = Kill(mount);
        await using var next = left.Mount(directory, store);
        await next.SettleAsync();
        Assert.Contains(store.History, version => version.Content is { } content && Encoding.UTF8.GetString(content).Contains("first\n", StringComparison.Ordinal));
        Assert.Contains("second\n", store.At("/b.md")!.Text, StringComparison.Ordinal);
        next.AssertSameAsStore();
    }

    private void HoldCommits() => store.Arriving = call => call == "commit" ? held.Task : Task.CompletedTask;

    private void LoseAnswers()
    {
        store.Arriving = _ => Task.CompletedTask;
        store.Leaving = call => call == "commit" ? Task.FromException(FakeStore.Unreachable) : Task.CompletedTask;
    }

    private MountInMemory Start() => Keep(new MountInMemory(store));

    private MountInMemory Keep(MountInMemory mount)
    {
        mounts.Add(mount);
        return mount;
    }

    private Remains Kill(params MountInMemory[] killed)
    {
        var left = Remains.Of(directory, killed[0]);
        foreach (var other in killed[1..]) left.Join(Remains.Of(directory, other), "1");
        store = left.Store;
        return left;
    }

    private void Kept(string text) =>
        Assert.Contains(text, store.History.Where(version => version.Content is not null).Select(version => Encoding.UTF8.GetString(version.Content!)));
}
