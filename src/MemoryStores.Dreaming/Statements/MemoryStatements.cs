namespace MemoryStores.Dreaming.Statements;

/// <summary>
/// Cuts a memory into its statements: front-matter keys, headings, list items without their children, table rows, code blocks,
/// block quotes, and the sentences of paragraphs. No character but white space lies between two of them, whatever the text is.
/// The fences of a front matter belong to its first and its last key. Reads each line a bounded number of times.
/// </summary>
public sealed class MemoryStatements
{
    private readonly string text;
    private readonly List<Statement> found = [];
    private int block;

    private MemoryStatements(string text) => this.text = text;

    public static IReadOnlyList<Statement> Of(string text)
    {
        var reader = new MemoryStatements(text);
        reader.Read();
        return reader.found;
    }

    private void Read()
    {
        var at = ReadFrontMatter();
        var paragraph = -1;
        var inList = false;
        while (at < text.Length)
        {
            var line = LineAt(at);
            if (line.IsBlank)
            {
                EndParagraph(ref paragraph, at);
                at = line.Next;
                continue;
            }
            if (line.FenceMark(text) is { } fence)
            {
                EndParagraph(ref paragraph, at);
                at = ReadFenced(line, fence);
                continue;
            }
            if (line.HeadingLevel(text) is > 0 and var level)
            {
                EndParagraph(ref paragraph, at);
                Add(line.First, line.Last, StatementKind.Heading, level);
                inList = false;
                at = line.Next;
                continue;
            }
            if (paragraph >= 0 && line.IsSetextUnderline(text) && IsOneLine(paragraph, at))
            {
                Add(FirstOf(paragraph), line.Last, StatementKind.Heading, text[line.First] == '=' ? 1 : 2);
                paragraph = -1;
                inList = false;
                at = line.Next;
                continue;
            }
            if (text[line.First] == '>')
            {
                EndParagraph(ref paragraph, at);
                at = ReadWhile(line, StatementKind.BlockQuote, next => text[next.First] == '>');
                continue;
            }
            if (line.IsTableRow(text))
            {
                EndParagraph(ref paragraph, at);
                block++;
                while (at < text.Length && LineAt(at) is { IsBlank: false } row && row.IsTableRow(text))
                {
                    Put(row.First, row.Last, StatementKind.TableRow, 0);
                    at = row.Next;
                }
                continue;
            }
            if (line.IsListItem(text))
            {
                EndParagraph(ref paragraph, at);
                at = ReadItem(line);
                inList = true;
                continue;
            }
            if (paragraph < 0 && !inList && line.Indent >= 4)
            {
                at = ReadWhile(line, StatementKind.CodeBlock, next => next.Indent >= 4);
                continue;
            }
            if (paragraph < 0) paragraph = at;
            if (line.Indent == 0) inList = false;
            at = line.Next;
        }
        EndParagraph(ref paragraph, text.Length);
    }

    /// <summary>Keys between two fences at the very start; a line that is indented or begins a list goes with the key above it.</summary>
    private int ReadFrontMatter()
    {
        var open = LineAt(0);
        if (text.Length == 0 || open.Start != open.First || !text.AsSpan(open.First, open.Last - open.First).SequenceEqual("---")) return 0;
        var keys = new List<(int Start, int End)>();
        for (var at = open.Next; at < text.Length;)
        {
            var line = LineAt(at);
            at = line.Next;
            if (line.IsBlank) continue;
            if (text.AsSpan(line.First, line.Last - line.First).SequenceEqual("---") && line.Indent == 0)
            {
                if (keys.Count == 0) keys.Add((open.First, line.Last));
                keys[0] = (open.First, keys[0].End);
                keys[^1] = (keys[^1].Start, line.Last);
                foreach (var (start, end) in keys) Add(start, end, StatementKind.FrontMatterKey, 0);
                return line.Next;
            }
            if (keys.Count > 0 && (line.Indent > 0 || text[line.First] is '-' or '#')) keys[^1] = (keys[^1].Start, line.Last);
            else keys.Add((line.First, line.Last));
        }
        return 0;
    }

    private int ReadFenced(Line open, string fence)
    {
        var end = open;
        for (var at = open.Next; at < text.Length; at = end.Next)
        {
            var line = LineAt(at);
            end = line.IsBlank ? line with { Last = end.Last } : line;
            if (!line.IsBlank && line.ClosesFence(text, fence)) break;
        }
        Add(open.First, end.Last, StatementKind.CodeBlock, open.Indent);
        return end.Next;
    }

    private int ReadItem(Line item)
    {
        var end = item;
        while (end.Next < text.Length && LineAt(end.Next) is { IsBlank: false, Indent: > 0 } next && !next.BeginsAnything(text)) end = next;
        Add(item.First, end.Last, StatementKind.ListItem, item.Indent);
        return end.Next;
    }

    private int ReadWhile(Line first, StatementKind kind, Func<Line, bool> goesOn)
    {
        var end = first;
        while (end.Next < text.Length && LineAt(end.Next) is { IsBlank: false } next && goesOn(next)) end = next;
        Add(first.First, end.Last, kind, first.Indent);
        return end.Next;
    }

    private void EndParagraph(ref int paragraph, int end)
    {
        if (paragraph < 0) return;
        block++;
        foreach (var (start, stop) in Sentences.Of(text, paragraph, end)) Put(start, stop, StatementKind.Sentence, 0);
        paragraph = -1;
    }

    private bool IsOneLine(int paragraph, int end) => LineAt(paragraph).Next == end;

    private int FirstOf(int lineStart) => LineAt(lineStart).First;

    private void Add(int start, int end, StatementKind kind, int depth)
    {
        block++;
        Put(start, end, kind, depth);
    }

    private void Put(int start, int end, StatementKind kind, int depth) => found.Add(new Statement(start, end, kind, depth, block));

    private Line LineAt(int start) => Line.At(text, start);
}
