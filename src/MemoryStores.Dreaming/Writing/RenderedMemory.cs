using System.Text;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Writing;

/// <summary>A memory as it comes out, and where in it each statement and each addition stands now (characters).</summary>
internal sealed class RenderedMemory
{
    private readonly StringBuilder text = new();

    public required string Path { get; init; }

    public string Content => text.ToString();

    public Dictionary<int, (int Start, int End)> Statements { get; } = [];
    public Dictionary<Addition, (int Start, int End)> Additions { get; } = [];

    /// <summary>The draft with its fates carried out; null when nothing but white space and headings would be left.</summary>
    public static RenderedMemory? Of(MemoryDraft draft, bool mustStay)
    {
        CloseEmptySections(draft, mustStay);
        var rendered = new RenderedMemory { Path = draft.Memory.Path };
        rendered.WriteStatements(draft);
        var section = draft.Additions.Count > 0 && draft.Statements.LastOrDefault(statement => statement.Kind == StatementKind.Heading) is { Length: > 0 } heading
            ? heading.In(draft.Memory.Content).TrimStart('#', ' ') : "";
        foreach (var addition in draft.Additions)
        {
            rendered.Enter(addition.Section, ref section);
            rendered.Add(addition, draft);
        }
        if (string.IsNullOrWhiteSpace(rendered.Content))
        {
            if (!mustStay) return null;
            rendered.text.Clear().Append("# ").Append(TitleOf(draft.Memory.Path)).Append('\n');
        }
        return rendered;
    }

    /// <summary>Files that others lead to keep their headings; elsewhere a heading goes with the last statement below it.</summary>
    private static void CloseEmptySections(MemoryDraft draft, bool mustStay)
    {
        if (mustStay && draft.Additions.Count == 0 && draft.Fates.Where((_, i) => draft.Statements[i].Kind != StatementKind.Heading).All(IsGone)) return;
        for (var i = draft.Statements.Count - 1; i >= 0; i--)
        {
            if (draft.Statements[i] is not { Kind: StatementKind.Heading, Depth: var depth }) continue;
            var (below, last) = (0, default(StatementFate));
            for (var k = i + 1; k < draft.Statements.Count && !(draft.Statements[k].Kind == StatementKind.Heading && draft.Statements[k].Depth <= depth); k++)
            {
                below++;
                if (!IsGone(draft.Fates[k])) last = null;
                if (!IsGone(draft.Fates[k])) break;
                last = draft.Fates[k];
            }
            if (below == 0 || last is null || (draft.Additions.Count > 0 && i == 0)) continue;
            var fate = draft.Fates[i];
            (fate.Fate, fate.Heir, fate.HeirAdded, fate.Reason) = (last.Fate == Fate.SetAside ? Fate.SetAside : Fate.Superseded, last.Heir, last.HeirAdded, "nothing is left below it");
            fate.Evidence.AddRange(last.Evidence);
        }
    }

    private static bool IsGone(StatementFate fate) => fate.Fate != Fate.Kept && fate.Replacement is null;

    private void WriteStatements(MemoryDraft draft)
    {
        var source = draft.Memory.Content;
        var at = 0;
        for (var i = 0; i < draft.Statements.Count; i++)
        {
            var (statement, fate) = (draft.Statements[i], draft.Fates[i]);
            if (IsGone(fate))
            {
                var (from, to) = CutOf(source, draft, i);
                if (from > at) text.Append(source, at, from - at);
                at = Math.Max(at, to);
                continue;
            }
            if (statement.Start > at) text.Append(source, at, statement.Start - at);
            var start = text.Length;
            text.Append(fate.Replacement ?? statement.In(source));
            Statements[i] = (start, text.Length);
            at = statement.End;
        }
        if (at < source.Length) text.Append(source, at, source.Length - at);
    }

    /// <summary>What is cut with a statement: its line where it has one to itself, and one of two blank lines that would meet.</summary>
    private static (int From, int To) CutOf(string source, MemoryDraft draft, int index)
    {
        var statement = draft.Statements[index];
        var lineStart = statement.Start == 0 ? 0 : source.LastIndexOf('\n', statement.Start - 1) + 1;
        var lineEnd = source.IndexOf('\n', Math.Max(statement.Start, statement.End - 1));
        lineEnd = lineEnd < 0 ? source.Length : lineEnd + 1;
        var isAlone = string.IsNullOrWhiteSpace(source[lineStart..statement.Start]) && string.IsNullOrWhiteSpace(source[statement.End..lineEnd]);
        if (!isAlone)
        {
            // Inside a paragraph: up to the next sentence, or from the one before where it is the last that remains.
            if (index + 1 < draft.Statements.Count && draft.Statements[index + 1].Block == statement.Block) return (statement.Start, draft.Statements[index + 1].Start);
            for (var k = index - 1; k >= 0 && draft.Statements[k].Block == statement.Block; k--)
                if (!IsGone(draft.Fates[k])) return (draft.Statements[k].End, statement.End);
            return (statement.Start, statement.End);
        }
        var isBlankBefore = lineStart == 0 || (lineStart >= 2 && source[lineStart - 1] == '\n' && source[lineStart - 2] == '\n');
        if (isBlankBefore && lineEnd < source.Length && source[lineEnd] == '\n') lineEnd++;
        return (lineStart, lineEnd);
    }

    private void Enter(string? section, ref string current)
    {
        if (section is null || section == current) return;
        while (text.Length > 0 && text[^1] == '\n') text.Length--;
        text.Append("\n\n## ").Append(section).Append("\n\n");
        current = section;
    }

    private void Add(Addition addition, MemoryDraft? draft)
    {
        if (text.Length > 0 && text[^1] != '\n') text.Append('\n');
        var mark = draft is null ? "- " : MarkOf(draft);
        if (draft is not null && Additions.Count == 0 && addition.Section is null && !EndsWithItem(draft)) text.Append('\n');
        var start = text.Length;
        text.Append(mark).Append(addition.Text);
        Additions[addition] = (start, text.Length);
        text.Append('\n');
    }

    /// <summary>A file that the dream makes: front matter, a title, and the additions under their sections.</summary>
    public static RenderedMemory New(string path, string head, IReadOnlyList<Addition> additions)
    {
        var rendered = new RenderedMemory { Path = path };
        rendered.text.Append(head);
        var section = "";
        foreach (var addition in additions)
        {
            rendered.Enter(addition.Section, ref section);
            rendered.Add(addition, null);
        }
        return rendered;
    }

    /// <summary>Puts something in between; what stands behind it moves.</summary>
    public void Insert(int at, string added)
    {
        text.Insert(at, added);
        foreach (var (statement, (start, end)) in Statements.ToList()) if (start >= at) Statements[statement] = (start + added.Length, end + added.Length);
        foreach (var (addition, (start, end)) in Additions.ToList()) if (start >= at) Additions[addition] = (start + added.Length, end + added.Length);
    }

    public void Replace(string content) => text.Clear().Append(content);

    public static string TitleOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var dot = name.LastIndexOf('.');
        if (dot > 0) name = name[..dot];
        var words = name.Replace('_', ' ').Replace('-', ' ').Trim();
        if (name.Length >= 8 && char.IsDigit(name[0])) words = name;
        return words.Length == 0 ? name : char.ToUpperInvariant(words[0]) + words[1..];
    }

    private static string MarkOf(MemoryDraft draft)
    {
        for (var i = draft.Statements.Count - 1; i >= 0; i--)
            if (draft.Statements[i] is { Kind: StatementKind.ListItem, Depth: 0 } item && draft.Memory.Content[item.Start] is var mark and ('-' or '*' or '+')) return mark + " ";
        return "- ";
    }

    private bool EndsWithItem(MemoryDraft draft)
    {
        for (var i = draft.Statements.Count - 1; i >= 0; i--)
            if (Statements.ContainsKey(i)) return draft.Statements[i].Kind == StatementKind.ListItem;
        return true;
    }
}
