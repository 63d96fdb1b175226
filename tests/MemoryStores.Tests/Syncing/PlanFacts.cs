using MemoryStores.Contract;
using MemoryStores.Mount.Syncing;

namespace MemoryStores.Tests.Syncing;

/// <summary>The decision for one path, for every combination of what became of it on either side: the table of docs/sync.md.</summary>
public sealed class PlanFacts
{
    private readonly SyncState state = new();
    private readonly LocalView local = new();
    private readonly Dictionary<string, RemoteMemory> remote = [];
    private ulong inodes;

    [Theory]
    // here: as it was, changed, gone, new; there: the same; and what is done
    [InlineData("same", "same", "nothing")]
    [InlineData("same", "changed", "Fetch")]
    [InlineData("same", "gone", "Remove")]
    [InlineData("same", "moved", "Move")]
    [InlineData("changed", "same", "Save")]
    [InlineData("changed", "changed", "Merge")]
    [InlineData("changed", "equally", "Note")]
    [InlineData("changed", "gone", "Create")]
    [InlineData("changed", "moved", "Move")]
    [InlineData("gone", "same", "Delete")]
    [InlineData("gone", "changed", "Fetch")]
    [InlineData("gone", "gone", "Forget")]
    [InlineData("gone", "moved", "Fetch")]
    [InlineData("moved", "same", "Save")]
    [InlineData("moved", "changed", "Fetch")]
    [InlineData("moved", "gone", "Create")]
    [InlineData("moved", "moved", "Save")]
    [InlineData("new", "none", "Create")]
    [InlineData("new", "new", "Merge")]
    [InlineData("new", "equally", "Note")]
    [InlineData("none", "new", "Fetch")]
    [InlineData("draft", "same", "held")]
    [InlineData("draft", "changed", "held")]
    [InlineData("draft", "gone", "held")]
    [InlineData("busy", "changed", "nothing")]
    public void What_is_done_about_one_path(string here, string there, string done)
    {
        var isKnown = here is not ("new" or "none");
        if (isKnown) Record("/f", "base", inode: 7);
        if (here is "same") Here("/f", "base", inode: 7);
        if (here is "changed" or "new") Here("/f", "mine");
        if (here is "moved") Here("/m", "base", inode: 7);
        if (here is "draft") Here("/f", "mine", Condition.Draft);
        if (here is "busy") Here("/f", "mine", Condition.Busy);
        var id = isKnown ? "mem_f" : "mem_other";
        if (there is "same") There(id, "/f", "base", "v1");
        if (there is "changed" or "new") There(id, "/f", "theirs", "v2");
        if (there is "equally") There(id, "/f", "mine", "v2");
        if (there is "moved") There(id, "/elsewhere", "base", "v2");
        var plan = Plan();
        Assert.Equal(done, plan.Held.Count > 0 ? "held" : plan.Steps.Count == 0 ? "nothing" : Assert.Single(plan.Steps).GetType().Name);
    }

    [Theory]
    [InlineData(12, 3, false)]
    [InlineData(12, 5, true)]
    [InlineData(40, 9, false)]
    [InlineData(40, 10, true)]
    [InlineData(4, 3, false)]
    [InlineData(4, 4, true)]
    [InlineData(1, 1, false)]
    public void A_quarter_of_the_files_or_all_at_once_are_not_deleted(int known, int gone, bool isHeld)
    {
        for (var i = 0; i < known; i++)
        {
            Record($"/{i}", $"{i}", (ulong)i + 1);
            There($"mem_{i}", $"/{i}", $"{i}", "v1");
            if (i >= gone) Here($"/{i}", $"{i}", inode: (ulong)i + 1);
        }
        Assert.Equal(isHeld ? 0 : gone, Plan().Steps.OfType<Step.Delete>().Count());
        Assert.Equal(isHeld ? gone : 0, Plan().Held.Count);
        Assert.Equal(gone, Plan(new Rules { AllowMassDelete = true }).Steps.OfType<Step.Delete>().Count());
        Assert.Equal(gone, Plan(new Rules { Restore = true }).Steps.OfType<Step.Fetch>().Count());
    }

    [Fact]
    public void Deletions_of_a_moment_ago_count_with_those_of_now()
    {
        for (var i = 0; i < 12; i++)
        {
            Record($"/{i}", $"{i}", (ulong)i + 1);
            There($"mem_{i}", $"/{i}", $"{i}", "v1");
            if (i > 0) Here($"/{i}", $"{i}", inode: (ulong)i + 1);
        }
        Assert.Single(Plan(new Rules { DeletedLately = 3 }).Steps.OfType<Step.Delete>());
        Assert.Empty(Plan(new Rules { DeletedLately = 4 }).Steps.OfType<Step.Delete>());
    }

    [Fact]
    public void An_inode_that_was_used_again_is_another_file()
    {
        Record("/f", "base", inode: 7);
        There("mem_f", "/f", "base", "v1");
        Here("/n", "mine", inode: 7, born: 99);
        Assert.Equal(["Delete /f", "Create /n"], Steps(Plan()));
    }

    [Fact]
    public void Equal_content_is_the_same_file_only_where_no_two_have_it()
    {
        Record("/f", "base", inode: 7);
        There("mem_f", "/f", "base", "v1");
        Here("/n", "base");
        Assert.Equal(["Save /n"], Steps(Plan()));
        Here("/o", "base");
        Assert.Equal(["Delete /f", "Create /n", "Create /o"], Steps(Plan()));
    }

    [Fact]
    public void A_file_replaced_by_another_program_is_the_memory_of_its_path()
    {
        Record("/f", "base", inode: 7);
        There("mem_f", "/f", "base", "v1");
        Here("/f~", "base", inode: 7);
        Here("/f", "mine");
        Assert.Equal(["Save /f", "Create /f~"], Steps(Plan()));
    }

    [Fact]
    public void Read_only_nothing_goes_to_the_store()
    {
        foreach (var here in (string[])["changed", "gone", "moved"])
        {
            Record("/" + here, here, inode: ++inodes);
            There("mem_" + here, "/" + here, here, "v1");
        }
        Here("/changed", "mine");
        Here("/m", "moved", inode: 3);
        Here("/new", "new");
        var plan = Plan(new Rules { ReadOnly = true });
        Assert.Equal(["Fetch /gone", "Fetch /moved"], Steps(plan));
        Assert.Equal(["/changed", "/m", "/new"], plan.Held.Select(held => held.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_path_at_which_something_has_just_changed_is_waited_for()
    {
        Record("/f", "base", inode: 7);
        There("mem_f", "/f", "base", "v1");
        var plan = Plan(new Rules { IsQuiet = static _ => false });
        Assert.Empty(plan.Steps);
        Assert.Equal(["/f"], plan.Waiting);
    }

    [Theory]
    [InlineData("/.git/config")]
    [InlineData("/d/.f.swp")]
    public void Memories_of_names_that_stay_on_a_machine_are_not_brought_here(string path)
    {
        There("mem_f", path, "theirs", "v1");
        Assert.Equal(path, Assert.Single(Plan().Held).Path);
    }

    private static IEnumerable<string> Steps(Plan plan) => plan.Steps.Select(step => $"{step.GetType().Name} {step.Path}");

    private Plan Plan(Rules? rules = null)
    {
        local.Directories[""] = new FileStatus(1, 1, 0, 0, 0);
        return MemoryStores.Mount.Syncing.Plan.Of(state, local, remote, rules ?? new Rules());
    }

    private void Record(string path, string content, ulong inode) =>
        state.Set(new SyncedMemory("mem_" + path[1..], path, "v1", Sha(content), content.Length) { File = Status(content, inode, 1) });

    private void Here(string path, string content, Condition condition = Condition.Settled, ulong? inode = null, long born = 1)
    {
        var status = Status(content, inode ?? 1000 + ++inodes, born);
        local.Files[path] = new LocalFile(path, status, condition) { Sha256 = Sha(content), Recorded = status, Flaw = condition == Condition.Draft ? new Flaw("a cause", "a cure") : null };
    }

    private void There(string id, string path, string content, string version) => remote[id] = new RemoteMemory(id, path, version, Sha(content), content.Length);

    private static FileStatus Status(string content, ulong inode, long born) => new(inode, born, content.Length, 5, 5) { Mode = 0x81A4 };

    private static string Sha(string content) => MemoryContent.Of(content).Digest.ToString();
}
