using MemoryStores.Contract.Wire;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount;

/// <summary>Journals that somebody or something has altered: what can be read is saved, and nothing is thrown away unseen.</summary>
public sealed class DamagedJournalFacts : IDisposable
{
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private FakeStore store = new();

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.85)]
    public async Task Behind_a_break_in_the_middle_a_copy_is_kept_and_what_stands_before_is_saved(double where)
    {
        var left = await LeaveAsync(5);
        var journal = Assert.Single(Journals(left));
        var bytes = await File.ReadAllBytesAsync(journal);
        bytes[(int)(bytes.Length * where)] ^= 0x40;
        await File.WriteAllBytesAsync(journal, bytes);

        await using var mount = left.Mount(directory, store);
        await mount.SettleAsync();
        Assert.Equal("text 0\n", store.At("/0.md")!.Text);
        var copy = Assert.Single(Damaged(mount));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(copy));
        Assert.Contains(mount.Faults.Sentences, sentence => sentence.Contains("is damaged", StringComparison.Ordinal) && sentence.Contains(copy, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_does_not_begin_like_a_journal_is_kept_and_told_of()
    {
        var left = await LeaveAsync(3);
        var journal = Assert.Single(Journals(left));
        await File.WriteAllTextAsync(journal, "hello");
        await using var mount = left.Mount(directory, store);
        await mount.SettleAsync();
        Assert.Equal("hello", await File.ReadAllTextAsync(Assert.Single(Damaged(mount))));
        Assert.Contains(mount.Faults.Sentences, sentence => sentence.Contains("is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_a_kill_cut_off_is_no_news()
    {
        var left = await LeaveAsync(3);
        var journal = Assert.Single(Journals(left));
        await File.WriteAllBytesAsync(journal, (await File.ReadAllBytesAsync(journal))[..^3]);
        await using var mount = left.Mount(directory, store);
        await mount.SettleAsync();
        Assert.Empty(Damaged(mount));
        Assert.Empty(mount.Faults.Sentences);
        Assert.Equal("text 1\n", store.At("/1.md")!.Text);
    }

    [Fact]
    public async Task No_two_files_of_journals_ever_have_one_name()
    {
        var (names, journals) = (new List<string>(), directory.File("reused"));
        for (var time = 0; time < 3; time++)
        {
            await using var mount = new MountInMemory(store, journals);
            names.AddRange(Directory.GetFiles(journals, "*.journal", SearchOption.AllDirectories));
        }
        Assert.Equal(3, names.Distinct().Count());
    }

    [Fact]
    public async Task A_draft_is_taken_out_of_the_file_that_counts()
    {
        var mount = new MountInMemory(store, directory.File("journals"));
        store.Arriving = _ => throw FakeStore.Unreachable;
        mount.Save("/kept.md", "kept\n");
        var open = mount.Create("/half.md");
        mount.Write(open, "half");
        var left = Remains.Of(directory, mount);
        var journal = Assert.Single(Journals(left));
        var place = Path.GetDirectoryName(journal)!;
        // As a kill leaves it that comes while the next file is begun.
        await File.WriteAllBytesAsync(Path.Combine(place, "9-00000000.journal"), (await File.ReadAllBytesAsync(journal))[..60]);
        var state = JournalPlace.Peek(place)!;
        Assert.True(JournalPlace.TryRewrite(place, state.Files.Values.Single(file => file.Path == "/half.md").Key));
        var rest = JournalPlace.Peek(place)!;
        Assert.Equal(state.Queue.Select(change => change.Path), rest.Queue.Select(change => change.Path));
        Assert.DoesNotContain(rest.Files.Values, file => file.Path == "/half.md");
        await mount.DisposeAsync();
    }

    [Fact]
    public async Task To_look_at_a_draft_is_not_to_save_it()
    {
        await using var mount = new MountInMemory(store);
        store.Refuses = change => change.Type == "create" ? new ErrorDetailBody("invalid_request_error", "Not now.") : null;
        mount.Save("/a.md", "text\n");
        await mount.UntilAsync(() => mount.Drafts.Count == 1);
        store.Refuses = _ => null;
        mount.Close(mount.Open("/a.md", OpenFlags.ReadOnly));
        mount.Close(mount.Open("/a.md", OpenFlags.WriteOnly | OpenFlags.Append));
        await mount.SettleAsync();
        Assert.Null(store.At("/a.md"));
        Assert.Equal(1, mount.Drafts.Count);
        mount.Append("/a.md", "more\n");
        await mount.SettleAsync();
        Assert.Equal("text\nmore\n", store.At("/a.md")!.Text);
        Assert.Equal(0, mount.Drafts.Count);
    }

    public void Dispose() => directory.Dispose();

    /// <summary>What a mount leaves that was killed with so many closed files to send.</summary>
    private async Task<Remains> LeaveAsync(int files)
    {
        await using var mount = new MountInMemory(store, directory.File("journals"), local: directory.File("local"));
        store.Arriving = _ => throw FakeStore.Unreachable;
        for (var i = 0; i < files; i++) mount.Save($"/{i}.md", $"text {i}\n");
        var left = Remains.Of(directory, mount);
        store = left.Store;
        return left;
    }

    private static string[] Journals(Remains left) => Directory.GetFiles(left.Directory, "*.journal", SearchOption.AllDirectories);

    private static string[] Damaged(MountInMemory mount) => Directory.GetFiles(mount.Journals, "*.damaged", SearchOption.AllDirectories);
}
