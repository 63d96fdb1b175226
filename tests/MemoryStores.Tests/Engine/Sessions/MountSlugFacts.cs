using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Tests.Engine.Sessions;

public sealed class MountSlugFacts
{
    private static readonly StoreId Id = StoreId.FromStorage("memstore_01ABCdef");

    [Theory]
    [InlineData("User Preferences", "user-preferences")]
    [InlineData("Team  Notes / 2026!", "team-notes-2026")]
    [InlineData("(draft)", "draft")]
    [InlineData("Ünï", "n")]
    [InlineData("日本", "memstore-01abcdef")]
    [InlineData("--", "memstore-01abcdef")]
    [InlineData("a_b.c", "a-b-c")]
    public void A_slug_is_the_name_in_letters_digits_and_hyphens(string name, string slug) =>
        Assert.Equal([MountSlugs.Root + slug], MountSlugs.PathsOf([(name, Id)]));

    [Theory]
    [InlineData("a,A,(a)", "a,a-2,a-3")]
    [InlineData("a,a,a-2", "a,a-3,a-2")]
    [InlineData("a-2,a,a,b", "a-2,a,a-3,b")]
    public void Equal_slugs_are_numbered_by_position_past_those_of_others(string names, string slugs) =>
        Assert.Equal(slugs.Split(',').Select(slug => MountSlugs.Root + slug), MountSlugs.PathsOf([.. names.Split(',').Select(name => (name, Id))]));

    [Fact]
    public void No_directory_has_a_name_that_is_too_long() =>
        Assert.All(MountSlugs.PathsOf([.. Enumerable.Repeat((new string('a', 255), Id), 3)]), path => Assert.True(path.Length - MountSlugs.Root.Length <= 255));
}
