using System.Globalization;
using System.Text;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Checking;

/// <summary>How much a dream may take away before it fails rather than publish.</summary>
/// <param name="Share">Share of the input's statements that may end without another saying the same.</param>
/// <param name="Least">So many may end in any store, however small.</param>
public sealed record DeleteBudget(double Share = 0.25, int Least = 12);

/// <summary>
/// Verifies a dream by its input, its output and its ledger alone. It shares nothing with the dreamers but how a memory is cut into
/// statements. In steps: every input statement has one line; lines lead to bytes that exist; what was kept is found again; what was
/// not touched is the same; nothing is invented; no more ended than the budget allows.
/// </summary>
public sealed class LedgerChecker
{
    private const int MostFlaws = 200;

    private readonly DreamInput input;
    private readonly Dictionary<string, byte[]> output;
    private readonly IReadOnlyList<LedgerLine> ledger;
    private readonly DeleteBudget budget;
    private readonly List<string> flaws = [];

    private LedgerChecker(DreamInput input, IReadOnlyList<OutputMemory> output, IReadOnlyList<LedgerLine> ledger, DeleteBudget budget)
    {
        (this.input, this.ledger, this.budget) = (input, ledger, budget);
        this.output = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var memory in output)
            if (!this.output.TryAdd(memory.Path, Encoding.UTF8.GetBytes(memory.Content))) Flaw($"{memory.Path} is in the output twice");
    }

    /// <summary>What is wrong, in words for people; empty when the dream may be published.</summary>
    public static IReadOnlyList<string> Check(DreamInput input, IReadOnlyList<OutputMemory> output, IReadOnlyList<LedgerLine> ledger, DeleteBudget? budget = null)
    {
        var checker = new LedgerChecker(input, output, ledger, budget ?? new DeleteBudget());
        checker.CheckPlaces();
        checker.CheckStatements();
        checker.CheckUntouched();
        checker.CheckInvented();
        checker.CheckBudget();
        return checker.flaws;
    }

    /// <summary>Every place lies in a file of the output, and every piece of evidence in an event of the input.</summary>
    private void CheckPlaces()
    {
        var events = new Dictionary<(string, string), int>();
        foreach (var session in input.Sessions) foreach (var one in session.Events) events[(session.Id, one.Id)] = Encoding.UTF8.GetByteCount(one.Text);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in ledger)
        {
            if (!ids.Add(line.Id)) Flaw($"{line.Id}: two lines have this id");
            foreach (var place in line.To)
            {
                if (!output.TryGetValue(place.Path, out var bytes)) Flaw($"{line.Id} leads to {place.Path}, which is not in the output");
                else if (place.Start < 0 || place.End <= place.Start || place.End > bytes.Length || !IsBoundary(bytes, place.Start) || !IsBoundary(bytes, place.End))
                    Flaw($"{line.Id} leads to bytes {place.Start} to {place.End} of {place.Path}, which are not there");
            }
            foreach (var origin in line.Evidence.Append(line.From).OfType<Origin.OfEvent>())
            {
                if (!events.TryGetValue((origin.Session, origin.Event), out _)) Flaw($"{line.Id} rests on event {origin.Event} of session {origin.Session}, which is not in the input");
                else if (origin.Start < 0 || origin.End < origin.Start) Flaw($"{line.Id} rests on bytes {origin.Start} to {origin.End} of event {origin.Event}");
            }
            if (line.Fate == Fate.Promoted && (line.From is not Origin.OfEvent || line.To.Count == 0)) Flaw($"{line.Id} is promoted and comes from no event or leads nowhere");
            if (line.Fate == Fate.Promoted && line.Trust == Trust.Tool) Flaw($"{line.Id} promotes what a tool said");
            if (line.Fate is Fate.Kept or Fate.Merged && line.To.Count == 0) Flaw($"{line.Id} is {(line.Fate == Fate.Kept ? "kept" : "merged")} and leads nowhere");
            if (line.Fate == Fate.Superseded && line.To.Count == 0 && line.Evidence.Count == 0) Flaw($"{line.Id} is superseded by nothing");
        }
    }

    /// <summary>Each statement of each memory has exactly one line; what was kept or merged is found again where it leads.</summary>
    private void CheckStatements()
    {
        var lines = new Dictionary<(string, int, int), LedgerLine>();
        foreach (var line in ledger)
            if (line.From is Origin.OfMemory from && !lines.TryAdd((from.Path, from.Start, from.End), line)) Flaw($"{line.Id}: bytes {from.Start} to {from.End} of {from.Path} have two lines");
        foreach (var memory in input.Memories)
        {
            var offsets = new ByteOffsets(memory.Content);
            foreach (var statement in MemoryStatements.Of(memory.Content))
            {
                var start = offsets.Of(statement.Start);
                var key = (memory.Path, start, offsets.Of(statement.End));
                var said = statement.In(memory.Content);
                if (!lines.Remove(key, out var line)) Flaw($"{memory.Path}: no line accounts for {Shown(said)}");
                else CheckFate(memory, said, line);
            }
        }
        foreach (var ((path, start, end), line) in lines) Flaw($"{line.Id}: bytes {start} to {end} of {path} are no statement of the input");
    }

    private void CheckFate(InputMemory memory, string said, LedgerLine line)
    {
        if (((Origin.OfMemory)line.From).Version != memory.Version) Flaw($"{line.Id} speaks of another version of {memory.Path}");
        if (line.To.Count == 0) return;
        var there = string.Join('\n', line.To.Select(TextOf));
        switch (line.Fate)
        {
            case Fate.Kept:
                if (TextOf(line.To[0]) == said) return;
                foreach (var token in HardTokens.Of(said))
                    if (!there.Contains(token, StringComparison.Ordinal)) Flaw($"{line.Id}: '{token}' of {memory.Path} is not found again at {line.To[0].Path}");
                break;
            case Fate.Merged:
                if (!HardTokens.ShareAWord(said, there)) Flaw($"{line.Id}: {Shown(said)} of {memory.Path} is merged into something that has no word of it");
                break;
            default:
                break;
        }
    }

    /// <summary>A file on which no line acts is the same, byte for byte; a file of the output comes from the input or from sessions.</summary>
    private void CheckUntouched()
    {
        var acted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in ledger)
        {
            if (line.From is Origin.OfMemory from && line.Fate != Fate.Kept) acted.Add(from.Path);
            if (line.Fate == Fate.Promoted) foreach (var place in line.To) acted.Add(place.Path);
        }
        foreach (var memory in input.Memories)
        {
            if (acted.Contains(memory.Path)) continue;
            if (!output.TryGetValue(memory.Path, out var bytes)) Flaw($"{memory.Path} is gone, and no line says why");
            else if (!bytes.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(memory.Content)) && !IndexLines.OnlyLinksDiffer(memory.Content, Encoding.UTF8.GetString(bytes)))
                Flaw($"{memory.Path} was changed, and no line says why");
        }
        var before = input.Memories.Select(memory => memory.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, bytes) in output)
            if (!before.Contains(path) && !acted.Contains(path) && !IndexLines.IsIndex(path, Encoding.UTF8.GetString(bytes))) Flaw($"{path} is new, and no line says where it comes from");
    }

    /// <summary>No word of the output is new: it stands in the store, in a transcript, or is one of the few of the house.</summary>
    private void CheckInvented()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var memory in input.Memories)
        {
            HardTokens.AddWords(memory.Content, known);
            HardTokens.AddWords(memory.Path, known);
        }
        // A transcript is masked before it is read, so the words of the masks may stand in the output.
        var (first, last) = (DateTimeOffset.MaxValue, DateTimeOffset.MinValue);
        foreach (var session in input.Sessions)
        {
            HardTokens.AddWords(session.Title, known);
            HardTokens.AddWords(session.Id, known);
            if (session.CreatedAt < first) first = session.CreatedAt;
            foreach (var one in session.Events)
            {
                HardTokens.AddWords(one.Text, known);
                if (one.Tool is not null) HardTokens.AddWords(one.Tool, known);
                if (one.At < first) first = one.At;
                if (one.At > last) last = one.At;
            }
        }
        foreach (var (path, bytes) in output)
        {
            HardTokens.AddWords(path, known);
            var text = Encoding.UTF8.GetString(bytes);
            if (input.Memories.Any(memory => memory.Path == path && memory.Content == text)) continue;
            foreach (var word in HardTokens.WordsOf(text))
                if (!known.Contains(word) && !HouseWords.Contains(word) && !IsDateNear(word, first, last)) Flaw($"{path}: nobody said '{word}'");
        }
    }

    private void CheckBudget()
    {
        var all = ledger.Count(line => line.From is Origin.OfMemory);
        var ended = ledger.Count(line => line.From is Origin.OfMemory && (line.Fate == Fate.SetAside || (line.Fate == Fate.Superseded && line.To.Count == 0)));
        var allowed = Math.Max(budget.Least, (int)(all * budget.Share));
        if (ended > allowed) Flaw(string.Create(CultureInfo.InvariantCulture, $"{ended} of {all} statements end without a successor, and at most {allowed} may"));
    }

    private string TextOf(Place place) =>
        output.TryGetValue(place.Path, out var bytes) && place.Start >= 0 && place.End <= bytes.Length && place.Start <= place.End ? Encoding.UTF8.GetString(bytes, place.Start, place.End - place.Start) : "";

    private static bool IsBoundary(byte[] bytes, int at) => at == bytes.Length || (bytes[at] & 0xC0) != 0x80;

    /// <summary>A relative date was made absolute: then it lies near the sessions, and is told in numbers and names of months.</summary>
    private static bool IsDateNear(string word, DateTimeOffset first, DateTimeOffset last)
    {
        if (first > last) return false;
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number is >= 1 and <= 31 || (number >= first.Year - 100 && number <= last.Year + 20);
        return HouseWords.IsOfCalendar(word);
    }

    private void Flaw(string flaw)
    {
        if (flaws.Count < MostFlaws) flaws.Add(flaw);
    }

    private static string Shown(string text) => "'" + (text.Length <= 60 ? text : text[..60] + "…").Replace('\n', ' ') + "'";
}
