using System.Text;
using System.Text.RegularExpressions;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Writing;

/// <summary>Brings the index in step with what is really in the store: entries of files that are gone leave, missing ones come.</summary>
internal static partial class IndexFile
{
    /// <summary>A store with fewer files is seen at a glance.</summary>
    private const int FilesWorthAnIndex = 6;

    /// <summary>Takes out entries of an index that lead to nothing but files that are gone.</summary>
    public static void Clear(IEnumerable<MemoryDraft> drafts, HashSet<string> gone)
    {
        if (gone.Count == 0) return;
        foreach (var draft in drafts.Where(draft => draft.IsIndex))
        {
            for (var i = 0; i < draft.Statements.Count; i++)
            {
                if (draft.Statements[i].Kind is not (StatementKind.ListItem or StatementKind.TableRow)) continue;
                var links = LinksIn(draft.TextOf(i)).ToList();
                if (links.Count == 0 || !links.All(link => Target(draft.Memory.Path, link, gone) is not null)) continue;
                (draft.Fates[i].Fate, draft.Fates[i].Reason) = (Fate.SetAside, "the file it leads to has nothing left in it");
            }
        }
    }

    /// <summary>Adds the entries that are missing. Where there is no index and one is worth it, that is the answer.</summary>
    public static (string Path, string Content)? Complete(string dreamer, Dictionary<MemoryDraft, RenderedMemory?> rendered, List<RenderedMemory> added)
    {
        var files = rendered.Values.OfType<RenderedMemory>().Concat(added).ToList();
        var index = rendered.Keys.Where(draft => draft.IsIndex && rendered[draft] is not null && EntriesOf(draft).Count > 0)
            .OrderBy(draft => draft.Memory.Path.Count(letter => letter == '/')).ThenBy(draft => draft.Memory.Path, StringComparer.Ordinal).FirstOrDefault();
        var listed = files.Where(file => !MemoryKinds.IsIndex(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        if (index is not null)
        {
            Extend(index.Memory.Path, rendered[index]!, listed);
            return null;
        }
        if (listed.Count < FilesWorthAnIndex || files.Any(file => file.Path == "/index.md")) return null;
        var text = new StringBuilder($"---\ndream: {dreamer}\n---\n\n# Index\n\n");
        foreach (var file in listed) text.Append("- [").Append(TitleIn(file)).Append("](").Append(Relative("/index.md", file.Path)).Append(")\n");
        return ("/index.md", text.ToString());
    }

    private static void Extend(string here, RenderedMemory index, List<RenderedMemory> listed)
    {
        var content = index.Content;
        var all = listed.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        var (known, end, last, at) = (new HashSet<string>(StringComparer.Ordinal), -1, "", 0);
        foreach (var line in content.Split('\n'))
        {
            foreach (var link in LinksIn(line)) if (Target(here, link, all) is { } target) known.Add(target);
            if (IsEntry(line)) (end, last) = (at + line.Length, line);
            at += line.Length + 1;
        }
        if (end < 0) return;
        var entries = listed.Where(file => !known.Contains(file.Path)).Select(file => "\n" + EntryLike(last, here, file)).ToList();
        if (entries.Count == 0) return;
        // Behind a carriage return, where lines end with one.
        index.Insert(end, string.Concat(entries));
    }

    private static string EntryLike(string entry, string here, RenderedMemory file)
    {
        var cr = entry.EndsWith('\r') ? "\r" : "";
        var isWiki = Wiki().IsMatch(entry) && !Markdown().IsMatch(entry);
        var link = isWiki ? $"[[{WithoutEnding(file.Path.TrimStart('/'))}]]" : $"[{TitleIn(file)}]({Relative(here, file.Path)})";
        if (entry.TrimStart().StartsWith('|'))
        {
            var columns = Math.Max(1, entry.Count(letter => letter == '|') - 1);
            return "| " + link + " |" + string.Concat(Enumerable.Repeat("  |", columns - 1)) + cr;
        }
        var marker = Marker().Match(entry) is { Success: true } match ? match.Value : "- ";
        return (char.IsDigit(marker.TrimStart()[0]) ? "- " : marker) + link + cr;
    }

    private static List<string> EntriesOf(MemoryDraft draft) => [.. draft.Memory.Content.Split('\n').Where(IsEntry)];

    private static bool IsEntry(string line) => (Marker().IsMatch(line) || line.TrimStart().StartsWith('|')) && LinksIn(line).Any();

    private static IEnumerable<string> LinksIn(string line) =>
        Markdown().Matches(line).Select(match => match.Groups["to"].Value).Where(to => !to.Contains("://", StringComparison.Ordinal))
            .Concat(Wiki().Matches(line).Select(match => match.Groups["to"].Value));

    /// <summary>The file among these that a link of the index leads to.</summary>
    private static string? Target(string here, string link, HashSet<string> files)
    {
        var target = link.Split('#')[0].Trim();
        var path = Links.Resolve(here, target);
        if (files.Contains(path)) return path;
        if (files.Contains(path + ".md")) return path + ".md";
        var root = "/" + target.Trim('/');
        if (files.Contains(root)) return root;
        return files.Contains(root + ".md") ? root + ".md" : null;
    }

    private static string TitleIn(RenderedMemory file)
    {
        foreach (var statement in MemoryStatements.Of(file.Content.Length > 2_000 ? file.Content[..2_000] : file.Content))
        {
            if (statement is not { Kind: StatementKind.Heading, Depth: 1 }) continue;
            var title = statement.In(file.Content).Trim('#', ' ', '\n', '\r', '=').Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
            if (title.Length is > 0 and < 80 && !title.Contains('\n', StringComparison.Ordinal)) return title;
        }
        return RenderedMemory.TitleOf(file.Path);
    }

    private static string WithoutEnding(string path) => path.EndsWith(".md", StringComparison.Ordinal) ? path[..^3] : path;

    private static string Relative(string here, string target)
    {
        var (from, to) = (here.Split('/')[1..^1], target.Split('/')[1..]);
        var same = 0;
        while (same < from.Length && same < to.Length - 1 && from[same] == to[same]) same++;
        return string.Concat(Enumerable.Repeat("../", from.Length - same)) + string.Join('/', to[same..]);
    }

    [GeneratedRegex(@"(?<!!)\[[^\]\n]{0,200}\]\((?<to>[^)\s]{1,500})\)", RegexOptions.CultureInvariant)]
    private static partial Regex Markdown();

    [GeneratedRegex(@"\[\[(?<to>[^\]|#\n]{1,300})(?:[|#][^\]\n]{0,200})?\]\]", RegexOptions.CultureInvariant)]
    private static partial Regex Wiki();

    [GeneratedRegex(@"^\s{0,12}(?:[-*+]|\d{1,3}[.)])\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
