using MemoryStores.Cli;

namespace MemoryStores.Tests.Cli;

public sealed class GlobFacts
{
    [Theory]
    [InlineData("/notes/*.md", "/notes/a.md", true)]
    [InlineData("/notes/*.md", "/notes/b/a.md", false)]
    [InlineData("/notes/**/*.md", "/notes/a.md", true)]
    [InlineData("/notes/**/*.md", "/notes/b/c/a.md", true)]
    [InlineData("/notes/**/*.md", "/notesx/a.md", false)]
    [InlineData("/**", "/a", true)]
    [InlineData("/**", "/a/b/c", true)]
    [InlineData("**/b/**/d", "/a/b/c/d", true)]
    [InlineData("**/b/**/d", "/a/c/d", false)]
    [InlineData("/notes/", "/notes/a/b", true)]
    [InlineData("/notes/", "/notes", false)]
    [InlineData("/a?c", "/abc", true)]
    [InlineData("/a?c", "/a🏠c", true)]
    [InlineData("/*🏠", "/x🏠", true)]
    [InlineData("/[a-c]x", "/bx", true)]
    [InlineData("/[!a-c]x", "/bx", false)]
    [InlineData("/[]]x", "/]x", true)]
    [InlineData("/a[", "/a[", true)]
    [InlineData(@"/\*", "/*", true)]
    [InlineData(@"/\*", "/a", false)]
    [InlineData("/a*b*c", "/a-b-b-c", true)]
    [InlineData("/*a", "/aaab", false)]
    [InlineData("/A", "/a", false)]
    public void Patterns_match_as_those_of_shells(string pattern, string path, bool matches) => Assert.Equal(matches, new Glob(pattern).Matches(path));

    [Theory]
    [InlineData("/notes/**/*.md", "/notes/", false, null)]
    [InlineData("/notes/*.md", "/notes/", true, null)]
    [InlineData("/notes/a.md", "/notes/", true, "/notes/a.md")]
    [InlineData(@"/no\*tes/x/", "/no*tes/x/", false, null)]
    [InlineData(@"/no\*tes/x", "/no*tes/", true, "/no*tes/x")]
    [InlineData("/", "/", false, null)]
    [InlineData("*", "/", true, null)]
    public void The_server_is_asked_for_the_directory_that_all_matches_share(string pattern, string directory, bool oneLevel, string? literal)
    {
        var glob = new Glob(pattern);
        Assert.Equal((directory, oneLevel, literal), (glob.Directory, glob.IsOneLevel, glob.Literal));
    }

    [Fact]
    public void A_hostile_pattern_is_answered_at_once() =>
        Assert.False(new Glob("/" + string.Concat(Enumerable.Repeat("*a", 200)) + "b").Matches("/" + new string('a', 1_000)));
}
