using System.Text.RegularExpressions;
using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Instructions;

/// <summary>
/// What the dream was asked to do: <c>keep X</c>, <c>drop X</c>, <c>focus on X</c>, <c>never X</c>, <c>put X under /path</c>, a
/// sentence or list item each. What is not understood is reported, and not guessed at.
/// </summary>
internal sealed partial class DreamInstructions
{
    private readonly List<Wish> wishes = [];
    private readonly List<(Wish What, string Path)> places = [];

    private enum Kind
    {
        Keep,
        Drop,
        Focus,
        Never,
        Put,
    }

    public List<string> NotUnderstood { get; } = [];

    public bool HasFocus => wishes.Any(wish => wish.Kind == Kind.Focus);

    /// <summary>Whether statements about people are wanted, though the sessions belong to different ones.</summary>
    public bool WantsPeople => wishes.Any(wish => wish.Kind is Kind.Keep or Kind.Focus && wish.Stems.Overlaps(People));

    public static DreamInstructions Read(string? instructions)
    {
        var read = new DreamInstructions();
        if (string.IsNullOrWhiteSpace(instructions)) return read;
        foreach (var statement in MemoryStatements.Of(instructions))
            foreach (var (start, end) in Sentences.Of(instructions, statement.Start, statement.End)) read.Understand(instructions[start..end]);
        return read;
    }

    /// <summary>Not to be taken over from a session.</summary>
    public bool Forbids(Frame frame) => Matches(Kind.Never, frame) || (Matches(Kind.Drop, frame) && !Matches(Kind.Keep, frame));

    /// <summary>To be taken out of the store's loose notes.</summary>
    public bool Drops(Frame frame) => Matches(Kind.Drop, frame) && !Matches(Kind.Keep, frame);

    /// <summary>To be taken over even where it looks like something said in passing.</summary>
    public bool Keeps(Frame frame) => Matches(Kind.Keep, frame) || Matches(Kind.Focus, frame);

    public bool Focuses(Frame frame) => Matches(Kind.Focus, frame);

    /// <summary>The path under which a statement is wanted; null for no wish.</summary>
    public string? PlaceOf(Frame frame)
    {
        foreach (var (what, path) in places) if (what.Matches(frame)) return path;
        return null;
    }

    private bool Matches(Kind kind, Frame frame)
    {
        foreach (var wish in wishes) if (wish.Kind == kind && wish.Matches(frame)) return true;
        return false;
    }

    private void Understand(string sentence)
    {
        var text = sentence.TrimStart('-', '*', '+', ' ');
        var put = Put().Match(text);
        if (put.Success && Wish.Of(Kind.Put, put.Groups["what"].Value) is { } moved)
        {
            var path = put.Groups["path"].Value.TrimEnd('.', ',', '/', '`', '"');
            places.Add((moved, path.StartsWith('/') ? path : "/" + path));
            return;
        }
        var match = Simple().Match(text);
        var kind = match.Groups["verb"].Value.ToLowerInvariant() switch
        {
            "keep" or "preserve" or "retain" or "remember" or "always keep" => Kind.Keep,
            "drop" or "remove" or "delete" or "discard" or "forget" or "ignore" or "skip" or "leave out" or "omit" => Kind.Drop,
            "focus on" or "concentrate on" or "pay attention to" or "prioritize" or "prioritise" => Kind.Focus,
            _ => Kind.Never,
        };
        if (match.Success && Wish.Of(kind, match.Groups["what"].Value) is { } wish) wishes.Add(wish);
        else NotUnderstood.Add(sentence);
    }

    /// <summary>A wish, and the stems of what it is about: alternatives of which one must be met whole.</summary>
    private sealed record Wish(Kind Kind, IReadOnlyList<HashSet<string>> Alternatives)
    {
        public HashSet<string> Stems => [.. Alternatives.SelectMany(alternative => alternative)];

        public static Wish? Of(Kind kind, string what)
        {
            var alternatives = Either().Split(what).Select(StemsOf).Where(stems => stems.Count > 0).ToList();
            return alternatives.Count == 0 ? null : new Wish(kind, alternatives);
        }

        public bool Matches(Frame frame)
        {
            var stems = StemsOf(frame.Text);
            return Alternatives.Any(alternative => alternative.IsSubsetOf(stems));
        }

        private static HashSet<string> StemsOf(string text) =>
            [.. Token.Of(text).Where(token => !CommonWords.IsGrammar(token.Lower) && !Filler.Contains(token.Lower)).Select(token => Stem.Of(token.Lower))];
    }

    private static readonly HashSet<string> Filler = ["facts", "fact", "information", "details", "detail", "anything", "everything", "things", "thing", "notes", "statements", "related", "concerning", "regarding", "kept", "store", "stored", "mention", "record", "memory", "memories"];
    private static readonly HashSet<string> People = [.. new[] { "people", "person", "persons", "user", "users", "preferences", "family", "colleagues" }.Select(Stem.Of)];

    [GeneratedRegex(@"^(?:please\s+|also\s+|always\s+|and\s+)*(?<verb>keep|preserve|retain|remember|drop|remove|delete|discard|forget|ignore|skip|leave out|omit|focus on|concentrate on|pay attention to|prioriti[sz]e|never|do not|don't)\s+(?:ever\s+)?(?:keep|store|record|promote|remember|mention|write(?: down)?|touch|take over)?\s*(?:all|any|the|every|only)?\s*(?<what>[^.!?]{2,300})[.!?]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Simple();

    [GeneratedRegex(@"^(?:please\s+|also\s+|and\s+)*(?:put|place|file|move|store|write|collect)\s+(?<what>[^.!?/]{2,200}?)\s+(?:under|into|in|to|at|below)\s+(?:the\s+(?:folder|directory|file)\s+)?[`""']?(?<path>/?[\w./-]{1,200})[`""'.!]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Put();

    [GeneratedRegex(@"\s*(?:,|;|\band\b|\bor\b)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Either();
}
