using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Writing;

namespace MemoryStores.Dreaming.Merging;

/// <summary>That something is so: a statement of the store, or a claim of a session.</summary>
internal sealed class Assertion
{
    public required Frame Frame { get; init; }

    /// <summary>The frame with a former value still in it, where the statement names one.</summary>
    public Frame Whole { get => whole ?? Frame; init => whole = value; }

    private readonly Frame? whole;
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it stands in the store; null for a claim.</summary>
    public Home? Home { get; init; }

    /// <summary>Who said it; null for a statement of the store.</summary>
    public Claim? Claim { get; init; }

    /// <summary>Its text without regard to case, emphasis and white space: equal texts say the same in any language.</summary>
    public string ExactText => exactText ??= Plain(Claim?.Core ?? Frame.Text);

    /// <summary>The same, read as what took another's place: a value that it names as the former one is none of its own.</summary>
    public Assertion With(Kinship kinship, Assertion former)
    {
        if (kinship.New is not var (start, end) || kinship.Old is not var (oldStart, oldEnd)) return this;
        var gone = former.Frame.Names.Where(name => name.Start >= oldStart && name.Start < oldEnd).Select(name => name.Key).ToHashSet(StringComparer.Ordinal);
        var mention = Frame.Names.FirstOrDefault(name => gone.Contains(name.Key));
        return new Assertion { Frame = Frame.With(start, end, mention.Start, mention.End), Whole = Frame, At = At, Home = Home, Claim = Claim, IsMarked = IsMarked };
    }

    /// <summary>A claim by its core alone, so that a value it only names as the former one is none of its own.</summary>
    public Assertion AsCore() =>
        Claim is { Act: Act.Change } claim && claim.CoreFrame.Keys > 0 && claim.CoreFrame.Keys < Frame.Keys ? new Assertion { Frame = claim.CoreFrame, Whole = Frame, At = At, Claim = claim, IsMarked = IsMarked } : this;

    private string? exactText;

    public static string Plain(string text)
    {
        var plain = new System.Text.StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter is '*' or '_' or '`') continue;
            if (!char.IsWhiteSpace(letter)) plain.Append(char.ToLowerInvariant(letter));
            else if (plain.Length > 0 && plain[^1] != ' ') plain.Append(' ');
        }
        return plain.ToString().TrimEnd('.', ' ', '!');
    }

    /// <summary>Stands in a file that the dream made of a conversation: such remarks are kept as they are.</summary>
    public bool IsRemark => Home is { Draft: { IsDreamMade: true } draft } && draft.Memory.Path.StartsWith(Placement.PeopleFolder, StringComparison.Ordinal);

    /// <summary>It says of itself that it is new: such a statement takes another's place more readily.</summary>
    public bool IsMarked { get; init; }
}

/// <summary>A statement in its memory, and where its text begins behind a list marker.</summary>
internal sealed record Home(MemoryDraft Draft, int Statement, int TextOffset);
