using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

public sealed partial class MountedStore
{
    public IReadOnlyList<DraftEntry> ListDrafts()
    {
        lock (core.Tree.Gate)
        {
            return [.. core.Drafts.Files.Select(file => Entry(file.JournalKey, file.Path, (int)file.Size, file.WrittenAt, file.Draft!, inFile: true)),
                .. core.Drafts.Asides.Select(draft => Entry(draft.Key, draft.Path, draft.Content.Length, draft.At, draft.Reason, inFile: false))];
        }
    }

    /// <summary>The content of a draft; null when there is none of this id.</summary>
    public byte[]? DraftContent(string id)
    {
        lock (core.Tree.Gate)
        {
            if (core.Drafts.Asides.FirstOrDefault(draft => IdOf(draft.Key) == id) is { } aside) return aside.Content;
            return FileOf(id)?.Snapshot();
        }
    }

    /// <summary>Gives a draft up: a file of it shows the memory again, or is gone where there is none. False when there is none of this id.</summary>
    public async Task<bool> DiscardDraftAsync(string id)
    {
        MemoryNode? file;
        lock (core.Tree.Gate)
        {
            if (core.Drafts.Asides.FirstOrDefault(draft => IdOf(draft.Key) == id) is { } aside)
            {
                core.Journal.End(aside);
                return core.Journal.TrySeal();
            }
            file = FileOf(id);
        }
        if (file is null) return false;
        var head = file.Memory?.Id is { } memory ? await core.Remote.FindAsync(memory, CancellationToken.None) : null;
        lock (core.Tree.Gate)
        {
            if (file.Draft is null) return false; // Saved meanwhile.
            core.Drafts.Clear(file);
            core.Journal.Ended(file);
            (file.IsDirty, file.Torn) = (false, Fuse.Errno.None);
            if (head?.Content is { } content && file.Memory is { } shown) core.Arrivals.Replace(file, shown, head.MemoryVersionId, content.Utf8.ToArray());
            else if (file.IsAttached) core.Arrivals.Drop(file);
            return core.Journal.TrySeal();
        }
    }

    private MemoryNode? FileOf(string id) => core.Drafts.Files.FirstOrDefault(file => IdOf(file.JournalKey) == id);

    private string IdOf(long key) => DraftEntry.IdOf(core.Journal.Directory, key);

    private DraftEntry Entry(long key, string path, int bytes, long at, DraftReason reason, bool inFile) => new()
    {
        Id = IdOf(key),
        Store = options.Store,
        Server = server,
        Path = path,
        ContentSizeBytes = bytes,
        UpdatedAt = DraftEntry.Time(at),
        Cause = reason.Cause,
        Cure = reason.Cure,
        Directory = options.Directory,
        InFile = inFile,
    };
}
