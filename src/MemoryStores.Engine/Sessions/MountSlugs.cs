using System.Text;
using MemoryStores.Contract;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// Where the stores of a session are mounted: below /mnt/memory under a slug of the store's name. Of equal slugs the first in the order
/// of the resources keeps it; the others get -2, -3 and so on, past any that is another store's own.
/// </summary>
public static class MountSlugs
{
    public const string Root = "/mnt/memory/";

    // The longest name of a directory.
    private const int LongestName = 255;

    /// <summary>The mount paths of stores, in their order.</summary>
    public static IReadOnlyList<string> PathsOf(IReadOnlyList<(string Name, StoreId Id)> stores)
    {
        var own = stores.Select(store => Slug(store.Name) is { Length: > 0 } slug ? slug : Slug(store.Id.Value)).ToList();
        var (given, paths) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
        foreach (var slug in own)
        {
            var name = slug;
            for (var n = 2; given.Contains(name) || (name != slug && own.Contains(name)); n++) name = Numbered(slug, n);
            given.Add(name);
            paths.Add(Root + name);
        }
        return paths;
    }

    /// <summary>In lower case, with one hyphen for each run of other characters than ASCII letters and digits, and none at either end.</summary>
    public static string Slug(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var one in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one)) slug.Append(one);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        return slug.ToString().TrimEnd('-');
    }

    private static string Numbered(string slug, int number)
    {
        var suffix = $"-{number}";
        return slug.Length + suffix.Length <= LongestName ? slug + suffix : slug[..(LongestName - suffix.Length)] + suffix;
    }
}
