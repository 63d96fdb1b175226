using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Saving;

/// <summary>Why content cannot be a memory, and what to do: halves of sentences for people.</summary>
internal sealed record DraftReason(string Cause, string Cure)
{
    public static readonly DraftReason NotText = new("it is not UTF-8", "save it as UTF-8 text, or keep it outside of the store");
    public static readonly DraftReason NoRoom = new("the store has no room for all of it", "remove memories that nobody needs, and save it again");
    public static readonly DraftReason Unfinished = new("the mount ended while a program was writing it", "compare it with the file, and save what is missing there");
    public static readonly DraftReason Emptied = new("a program emptied the file and had not written it again when the mount ended", "if the file was to be empty, empty it again; else discard the draft");
    public static readonly DraftReason Nothing = new("it was made, and nothing was written to it when the mount ended", "write to it, or remove it");

    public static DraftReason TooLarge(int? most = null) => new($"it is larger than {(most is { } bytes ? $"{bytes:N0} bytes" : "a memory may be")}", "make it smaller, or split it");

    public static DraftReason Refused(string why) => new(why.TrimEnd('.'), "mend that, and save it again");

    public static DraftReason Taken(string path) => new($"{path} is taken by another memory", "save it under another name");

    public static DraftReason Gone(string why) => new(why, "what was redacted may still be in it: save what may stay, then discard it");
}

/// <summary>
/// Content that cannot be a memory: that of files, which programs go on seeing, and that of no file. It ends by a valid save or a
/// removal of its path, or because somebody discards it. Under the tree's gate.
/// </summary>
internal sealed class Drafts(Journal journal)
{
    public HashSet<MemoryNode> Files { get; } = [];

    public IReadOnlyList<AsideDraft> Asides => journal.Asides;

    public int Count => Files.Count + Asides.Count;

    public void Set(MemoryNode file, DraftReason reason)
    {
        file.Draft = reason;
        Files.Add(file);
        if (file.JournalKey == 0) journal.Given(file);
    }

    public void Clear(MemoryNode file)
    {
        file.Draft = null;
        Files.Remove(file);
    }

    public void Keep(string path, byte[] content, DraftReason reason, long at) => journal.Add(new AsideDraft(path, content, reason, at));

    /// <summary>The path has a valid save, or is removed: what was kept of it is answered by that.</summary>
    public void EndAt(string path)
    {
        if (Asides.Count == 0) return;
        foreach (var draft in Asides.Where(draft => draft.Path == path).ToArray()) journal.End(draft);
    }
}
