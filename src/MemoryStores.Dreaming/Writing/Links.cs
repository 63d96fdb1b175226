using System.Text.RegularExpressions;

namespace MemoryStores.Dreaming.Writing;

/// <summary>Which memories are linked from others.</summary>
internal static partial class Links
{
    public static HashSet<string> Targets(IEnumerable<InputMemory> memories)
    {
        var all = memories.ToList();
        var paths = all.Select(memory => memory.Path).ToHashSet(StringComparer.Ordinal);
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths.Order(StringComparer.Ordinal)) byName.TryAdd(Name(path), path);
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var memory in all)
        {
            // An index follows its files; only links in prose hold one in its place.
            if (MemoryKinds.IsIndex(memory.Path)) continue;
            foreach (Match match in Any().Matches(memory.Content))
            {
                var target = match.Groups["to"].Value.Split('#', '|')[0].Trim();
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                var path = Resolve(memory.Path, target);
                if (paths.Contains(path)) found.Add(path);
                else if (paths.Contains(path + ".md")) found.Add(path + ".md");
                else if (paths.Contains("/" + target.Trim('/') + ".md")) found.Add("/" + target.Trim('/') + ".md");
                else if (byName.TryGetValue(Name("/" + target), out var named)) found.Add(named);
            }
        }
        return found;
    }

    public static string Resolve(string here, string target)
    {
        if (target.StartsWith('/')) return target;
        var parts = here.Split('/')[1..^1].ToList();
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return "/" + string.Join('/', parts);
    }

    private static string Name(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".md", StringComparison.Ordinal) ? name[..^3] : name;
    }

    [GeneratedRegex(@"(?<!!)\[[^\]\n]{0,200}\]\((?<to>[^)\s]{1,500})\)|\[\[(?<to>[^\]\n]{1,300})\]\]", RegexOptions.CultureInvariant)]
    private static partial Regex Any();
}
