namespace MemoryStores.Dreaming.Language;

/// <summary>A name in a text.</summary>
internal readonly record struct NameMention(string Key, int Start, int End);

/// <summary>
/// What a statement is about, taken apart for comparing: names, values, attributes (groups of the thesaurus), and the other words
/// that carry meaning.
/// </summary>
internal sealed class Frame
{
    public required string Text { get; init; }
    public required IReadOnlyList<Value> Values { get; init; }
    public required IReadOnlyList<NameMention> Names { get; init; }

    /// <summary>Attributes: groups of the thesaurus.</summary>
    public required IReadOnlySet<string> Groups { get; init; }

    /// <summary>Stems of the words that are neither grammar nor attributes.</summary>
    public required IReadOnlySet<string> Words { get; init; }

    /// <summary>Stems of words told as how it was before: "scratch the oak table".</summary>
    public IReadOnlySet<string> Former { get; init; } = new HashSet<string>();

    /// <summary>Stems of all words that carry meaning, those of attributes too.</summary>
    public required IReadOnlySet<string> Stems { get; init; }

    /// <summary>Names that stand above the statement, in its headings, and that it does not name itself.</summary>
    public required IReadOnlySet<string> Context { get; init; }

    public required bool IsNegated { get; init; }

    /// <summary>Words that narrow a statement down: "only", "staging", "weekend".</summary>
    public required IReadOnlySet<string> Scopes { get; init; }

    public required bool IsEnglish { get; init; }

    /// <summary>"The X of Y is Z", "our X is Z", "X: Z": it tells the one value that something has.</summary>
    public bool IsDefinite => isDefinite ??= FrameReader.IsDefinite(Text);

    private bool? isDefinite;

    /// <summary>The same with one value of its kind: the one that stands there, and not those it took the place of.</summary>
    public Frame With(int start, int end, int formerStart, int formerEnd)
    {
        var kinds = Values.Where(value => value.Start == start).Select(value => value.Kind).ToHashSet();
        var former = Names.Where(name => name.Start >= formerStart && name.Start < formerEnd && name.Start != start).Select(name => name.Key).ToHashSet(StringComparer.Ordinal);
        return new Frame
        {
            Text = Text, Groups = Groups, Words = Words, Stems = Stems, Former = Former, Context = Context, IsNegated = IsNegated, Scopes = Scopes, IsEnglish = IsEnglish,
            Values = [.. Values.Where(value => value.Start == start || !kinds.Contains(value.Kind))],
            Names = [.. Names.Where(name => !former.Contains(name.Key))],
        };
    }

    public IEnumerable<string> NameKeys => Names.Select(name => name.Key);

    /// <summary>Names and values: what must be equal for two statements to say the same.</summary>
    public int Keys => Names.Count + Values.Count;

    /// <summary>What the index finds it by.</summary>
    public IEnumerable<string> Features =>
        NameKeys.Select(key => "n:" + key).Concat(Values.Select(value => $"v:{value.Kind}:{value.Canonical}")).Concat(Stems.Select(stem => "w:" + stem)).Concat(Context.Select(name => "n:" + name));
}
