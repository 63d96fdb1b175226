using MemoryStores.Contract;
using MemoryStores.Engine.Memories;

namespace MemoryStores.Tests.Engine.Memories;

public sealed class PathRangeFacts
{
    private static readonly string[] Paths =
    [
        "/a", "/a!", "/a-b/x", "/a.md", "/a/ ", "/a/b", "/a/b.md", "/a/b/c", "/a/b0", "/a/\U0010FFFD", "/a0", "/a0/b", "/aa/b", "/b", "/\uFFFD", "/\U0010FFFD",
    ];

    [Theory]
    [InlineData("/")]
    [InlineData("/a/")]
    [InlineData("/a/b/")]
    [InlineData("/a0/")]
    [InlineData("/none/")]
    public void Below_a_directory_is_what_begins_with_it(string directory) =>
        Assert.Equal(Paths.Where(path => path.StartsWith(directory, StringComparison.Ordinal)), Paths.Where(path => Holds(PathRange.Below(directory), path)));

    [Fact]
    public void After_a_path_is_everything_behind_it_and_not_itself()
    {
        var sorted = Paths.Order(Utf8Order.Comparer).ToList();
        for (var i = 0; i < sorted.Count; i++)
            Assert.Equal(sorted.Skip(i + 1), sorted.Where(path => Holds(PathRange.Below("/").After(sorted[i]), path)));
    }

    [Fact]
    public void Behind_a_directory_is_everything_after_all_below_it() =>
        Assert.Equal(
            Paths.Where(path => Utf8Order.Compare(path, "/a/") > 0 && !path.StartsWith("/a/", StringComparison.Ordinal)),
            Paths.Where(path => Holds(PathRange.Below("/").Behind("/a/"), path)));

    private static bool Holds(PathRange range, string path) =>
        Utf8Order.Compare(path, range.From) >= 0 && Utf8Order.Compare(path, range.Until) < 0;
}
