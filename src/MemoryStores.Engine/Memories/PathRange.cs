using MemoryStores.Contract;

namespace MemoryStores.Engine.Memories;

/// <summary>A run of paths in byte order: from one string up to and without another.</summary>
public readonly record struct PathRange(string From, string Until)
{
    // '0' follows '/' in ASCII, so it ends every directory's run; U+0000 stands in no path, so it begins the next string.
    private const char AfterSlash = '0';
    private const char Next = '\0';

    /// <summary>Everything below a directory, given with its final '/'.</summary>
    public static PathRange Below(string directory) => new(directory, EndOf(directory));

    public PathRange After(string path) => this with { From = path + Next };

    /// <summary>This range from behind the last path below a directory.</summary>
    public PathRange Behind(string directory) => this with { From = EndOf(directory) };

    /// <summary>The part of this range that lies below a directory; all of it where none is given.</summary>
    public PathRange Within(string? directory)
    {
        if (directory is null) return this;
        var below = Below(directory);
        return new PathRange(
            Utf8Order.Compare(From, below.From) >= 0 ? From : below.From, Utf8Order.Compare(Until, below.Until) <= 0 ? Until : below.Until);
    }

    private static string EndOf(string directory) => directory[..^1] + AfterSlash;
}
