namespace MemoryStores.Dreaming.Writing;

/// <summary>Finds the file in which a new statement is looked for: the note that tells of the same, else a file of its own.</summary>
internal sealed class Placement(IReadOnlyList<MemoryDraft> drafts)
{
    private const string NewFile = "/learned.md";

    public List<NewMemory> Place(List<Addition> additions)
    {
        if (additions.Count == 0) return [];
        var existing = drafts.FirstOrDefault(draft => draft.Memory.Path == NewFile);
        if (existing is not null)
        {
            existing.Additions.AddRange(additions);
            return [];
        }
        return [new NewMemory(NewFile, "Learned in sessions", additions)];
    }
}
