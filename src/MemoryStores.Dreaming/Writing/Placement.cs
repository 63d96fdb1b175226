using System.Globalization;
using MemoryStores.Dreaming.Instructions;
using MemoryStores.Dreaming.Mining;

namespace MemoryStores.Dreaming.Writing;

/// <summary>Finds the file for what is new: where the instructions put it, else the dream's own file, of which there is one for each person of a conversation.</summary>
internal sealed class Placement(IReadOnlyList<MemoryDraft> drafts)
{
    private const string OwnFile = "/learned.md";
    private const string OwnTitle = "Learned in sessions";
    public const string PeopleFolder = "/people/";

    /// <summary>Below the limit of a memory, with room for what owners add.</summary>
    private const int MostCharacters = 60_000;

    public List<NewMemory> Place(List<Addition> additions, DreamInstructions instructions)
    {
        var made = new List<NewMemory>();
        foreach (var group in additions.GroupBy(addition => PathOf(addition, instructions), StringComparer.Ordinal)) Put(group.Key, group.Key == OwnFile ? OwnTitle : RenderedMemory.TitleOf(group.Key), [.. group], made);
        return made;
    }

    public List<NewMemory> Place(List<Remark> remarks)
    {
        var made = new List<NewMemory>();
        foreach (var of in remarks.GroupBy(remark => remark.Speaker, StringComparer.Ordinal))
        {
            var additions = of.Select(remark => new Addition
            {
                Text = remark.Text,
                Claim = remark.Claim,
                Reason = "told in a conversation",
                Section = remark.Claim.Session.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            }).ToList();
            Put(PeopleFolder + Slug(of.Key) + ".md", of.Key, additions, made);
        }
        return made;
    }

    private static string PathOf(Addition addition, DreamInstructions instructions)
    {
        if (instructions.PlaceOf(addition.Claim.CoreFrame) is not { } place) return OwnFile;
        if (place.EndsWith(".md", StringComparison.Ordinal) && Contract.MemoryPath.TryParse(place, out _, out _)) return place;
        return Contract.MemoryPath.TryParse(place + OwnFile, out _, out _) ? place + OwnFile : OwnFile;
    }

    /// <summary>Into the file of that path where the dream may write there, else into the next free one.</summary>
    private void Put(string path, string title, List<Addition> additions, List<NewMemory> made)
    {
        for (var number = 1; additions.Count > 0; number++)
        {
            var name = number == 1 ? path : string.Create(CultureInfo.InvariantCulture, $"{path[..^3]}-{number}.md");
            var existing = drafts.FirstOrDefault(draft => draft.Memory.Path == name);
            if (existing is { IsDocument: true } or { IsIndex: true }) continue;
            var room = MostCharacters - (existing?.Memory.Content.Length ?? 0);
            var count = 0;
            for (var used = 0; count < additions.Count && (used += additions[count].Text.Length + 20) <= room; count++) continue;
            if (count == 0) continue;
            if (existing is not null) existing.Additions.AddRange(additions.Take(count));
            else if (drafts.Any(draft => draft.Memory.Path.StartsWith(name + "/", StringComparison.Ordinal))) continue;
            else made.Add(new NewMemory(name, title, additions.GetRange(0, count)));
            additions = additions.GetRange(count, additions.Count - count);
        }
    }

    private static string Slug(string name)
    {
        var letters = name.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : '-').ToArray();
        return new string(letters).Trim('-');
    }
}
