using System.Text;

namespace MemoryStores.Cli;

/// <summary>
/// A pattern for paths, as shells have them: '*' and '?' within a part, "**" for any parts or none, [abc] and [!a-z] for one
/// letter. A backslash takes the meaning from what follows. A pattern that ends with '/' means everything below.
/// </summary>
internal sealed class Glob
{
    private const string AnyParts = "**";

    private readonly string[] parts;

    /// <summary>The directory that every match is below, ending with '/': what the server can be asked for.</summary>
    public string Directory { get; }

    /// <summary>Whether it can match more than one path.</summary>
    public bool IsPattern { get; }

    /// <summary>Where it can match one path only: that path.</summary>
    public string? Literal => IsPattern ? null : "/" + string.Join('/', parts.Select(Unescaped));

    /// <summary>Whether all matches are direct children of <see cref="Directory"/>.</summary>
    public bool IsOneLevel { get; }

    public Glob(string pattern)
    {
        parts = pattern.TrimStart('/').Split('/');
        if (parts[^1].Length == 0) parts = [.. parts[..^1], AnyParts, "*"];
        var literal = parts.TakeWhile(part => !HasWildcard(part)).Count();
        IsPattern = literal < parts.Length;
        var above = parts.Take(Math.Min(literal, parts.Length - 1)).ToList();
        Directory = above.Count == 0 ? "/" : $"/{string.Join('/', above.Select(Unescaped))}/";
        IsOneLevel = above.Count == parts.Length - 1 && parts[^1] != AnyParts;
    }

    public bool Matches(string path) => MatchesParts(parts, path.TrimStart('/').Split('/'));

    private static bool MatchesParts(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        // Where the last "**" stands, and how many parts it has taken so far: the only place to come back to.
        var (p, t, star, taken) = (0, 0, -1, 0);
        while (t < path.Length)
        {
            if (p < pattern.Length && pattern[p] == AnyParts) (star, taken, p) = (p, t, p + 1);
            else if (p < pattern.Length && MatchesPart(pattern[p], path[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++taken);
            else return false;
        }
        while (p < pattern.Length && pattern[p] == AnyParts) p++;
        return p == pattern.Length;
    }

    private static bool MatchesPart(string pattern, string text)
    {
        var (p, t, star, taken) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, taken, p) = (p, t, p + 1);
            else if (p < pattern.Length && MatchesLetter(pattern, p, text, t, out var next, out var length)) (p, t) = (next, t + length);
            else if (star >= 0) (p, t) = (star + 1, taken += LetterAt(text, taken));
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static int LetterAt(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;

    private static bool MatchesLetter(string pattern, int p, string text, int t, out int next, out int length)
    {
        length = LetterAt(text, t);
        next = p + 1;
        switch (pattern[p])
        {
            case '?':
                return true;
            case '[' when ClassEnd(pattern, p) is { } end:
                next = end + 1;
                return InClass(pattern.AsSpan((p + 1)..end), Rune.GetRuneAt(text, t)) != (pattern[p + 1] is '!' or '^');
            case '\\' when p + 1 < pattern.Length:
                p++;
                next = p + 1;
                break;
        }
        length = 1;
        return pattern[p] == text[t];
    }

    /// <summary>Where a class closes; null when it does not, and '[' is only itself. A ']' that comes first is a member.</summary>
    private static int? ClassEnd(string pattern, int open)
    {
        var first = open + (open + 1 < pattern.Length && pattern[open + 1] is '!' or '^' ? 2 : 1);
        return first < pattern.Length && pattern.IndexOf(']', first + 1) is > 0 and var end ? end : null;
    }

    private static bool InClass(ReadOnlySpan<char> members, Rune letter)
    {
        if (members is ['!' or '^', ..]) members = members[1..];
        var runes = new List<Rune>();
        foreach (var rune in members.EnumerateRunes()) runes.Add(rune);
        for (var i = 0; i < runes.Count; i++)
        {
            if (i + 2 < runes.Count && runes[i + 1].Value == '-')
            {
                if (runes[i] <= letter && letter <= runes[i + 2]) return true;
                i += 2;
            }
            else if (runes[i] == letter) return true;
        }
        return false;
    }

    private static bool HasWildcard(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\') i++;
            else if (part[i] is '*' or '?' || (part[i] == '[' && ClassEnd(part, i) is not null)) return true;
        }
        return false;
    }

    private static string Unescaped(string part)
    {
        if (!part.Contains('\\', StringComparison.Ordinal)) return part;
        var plain = new StringBuilder();
        for (var i = 0; i < part.Length; i++) plain.Append(part[i] == '\\' && i + 1 < part.Length ? part[++i] : part[i]);
        return plain.ToString();
    }
}
