using System.Globalization;
using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Statements;
using MemoryStores.Dreaming.Writing;

namespace MemoryStores.Dreaming.Merging;

/// <summary>Reads what the store asserts: its sentences, list items and table rows, each with the names that stand above it.</summary>
internal static class StoreReader
{
    private const int LongestStatement = 2_000;

    public static List<Assertion> Read(IReadOnlyList<MemoryDraft> drafts, FrameReader frames)
    {
        var found = new List<Assertion>();
        foreach (var draft in drafts)
        {
            if (draft.IsIndex) continue;
            var day = draft.Memory.UpdatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var headings = new List<(int Depth, List<string> Names)>();
            for (var i = 0; i < draft.Statements.Count; i++)
            {
                var statement = draft.Statements[i];
                if (statement.Kind == StatementKind.Heading)
                {
                    headings.RemoveAll(heading => heading.Depth >= statement.Depth);
                    headings.Add((statement.Depth, [.. frames.NamesIn(draft.TextOf(i))]));
                    continue;
                }
                if (statement.Kind is not (StatementKind.Sentence or StatementKind.ListItem or StatementKind.TableRow) || statement.Length > LongestStatement) continue;
                var content = draft.Memory.Content;
                var text = draft.TextOf(i);
                var offset = statement.Kind == StatementKind.ListItem ? Math.Min(statement.Length, Math.Max(0, Line.At(content, statement.Start).ItemTextAt(content) - statement.Start)) : 0;
                var frame = frames.Read(Clauses.WithBlankDay(text[offset..], day), headings.SelectMany(heading => heading.Names));
                if (frame.Stems.Count + frame.Keys < 2) continue;
                found.Add(new Assertion { Frame = frame, At = draft.Memory.UpdatedAt, Home = new Home(draft, i, offset), IsMarked = Cues.Change().IsMatch(frame.Text) });
            }
        }
        return found;
    }
}
