using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Mount;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount;

public sealed class NamesFacts
{
    private readonly MountTree tree = new(new Bounds(), new SteppedTime());

    [Theory]
    [InlineData("roof.md")]
    [InlineData("my-journal")]
    [InlineData("journal.db-journals")]
    [InlineData("notes-journal")]
    [InlineData("tmp")]
    [InlineData("a.tmp.md")]
    [InlineData("49130")]
    [InlineData(".gitignore")]
    [InlineData(".github")]
    [InlineData("git")]
    [InlineData(".swap")]
    [InlineData("x.swp")]
    [InlineData("#notes#")]
    [InlineData(".anthropic-memory-stores")]
    [InlineData("sedAb12C")]
    [InlineData("sedAb12Cde")]
    [InlineData("sedÄb12Cd")]
    public void These_are_memories(string name) => Assert.Equal(NameKind.Memory, Names.KindOf(tree.Root, name));

    [Theory]
    [InlineData("roof.md~")]
    [InlineData("four.tmp")]
    [InlineData(".tmp")]
    [InlineData("4913")]
    [InlineData("sedAb12Cd")]
    [InlineData("sedentary")] // Late, and a memory all the same.
    public void These_are_late(string name) => Assert.Equal(NameKind.Scratch, Names.KindOf(tree.Root, name));

    [Theory]
    [InlineData(".git")]
    [InlineData(".roof.md.swp")]
    [InlineData(".roof.md.swx")]
    [InlineData(".#roof.md")]
    [InlineData("notes.db-journal")]
    [InlineData("notes.sqlite3-wal")]
    [InlineData("notes.sqlite-shm")]
    [InlineData(".anthropic-memory-store")]
    public void These_stay_here(string name) => Assert.Equal(NameKind.Local, Names.KindOf(tree.Root, name));

    [Fact]
    public void The_sign_of_other_tools_is_one_at_the_top_alone_and_all_below_git_is_local()
    {
        var below = tree.NewDirectory(isLocal: false);
        tree.Attach(tree.Root, "below", below);
        Assert.Equal(NameKind.Memory, Names.KindOf(below, ".anthropic-memory-store"));
        Assert.Equal(NameKind.Local, Names.KindOf(below, ".git"));
        Assert.Equal(NameKind.Local, Names.KindOf(tree.NewDirectory(isLocal: true), "config"));
    }

    [Theory]
    [InlineData("é", Errno.None)]
    [InlineData("e\u0301", Errno.EINVAL)] // Not composed; never normalised in silence.
    [InlineData("a\u0007b", Errno.EINVAL)]
    [InlineData("a b", Errno.None)]
    public void A_name_is_taken_as_it_is_or_refused(string name, Errno expected) => Assert.Equal(expected, Names.Check(tree.Root, name, NameKind.Memory));

    [Fact]
    public void Names_and_paths_have_their_ends()
    {
        Span<char> room = stackalloc char[Bounds.NameBytes];
        Assert.Equal(Errno.None, Names.TryDecode(Encoding.UTF8.GetBytes(new string('a', 255)), room, out var longest));
        Assert.Equal(255, longest.Length);
        Assert.Equal(Errno.ENAMETOOLONG, Names.TryDecode(Encoding.UTF8.GetBytes(new string('a', 256)), room, out _));
        Assert.Equal(Errno.EILSEQ, Names.TryDecode([(byte)'a', 0xC3], room, out _));
        Assert.Equal(Errno.None, Names.CheckPath(string.Concat(Enumerable.Repeat("/a", 20))));
        Assert.Equal(Errno.ENAMETOOLONG, Names.CheckPath(string.Concat(Enumerable.Repeat("/a", 21))));
        Assert.Equal(Errno.None, Names.CheckPath("/" + string.Join('/', Enumerable.Repeat(new string('a', 254), 4)) + "/ab"));
        Assert.Equal(Errno.ENAMETOOLONG, Names.CheckPath("/" + string.Join('/', Enumerable.Repeat(new string('a', 254), 4)) + "/abcd"));
    }
}
