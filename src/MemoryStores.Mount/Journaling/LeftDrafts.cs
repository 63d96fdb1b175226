using System.Text.Unicode;
using MemoryStores.Fuse;
using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Journaling;

/// <summary>
/// Drafts in journals that no mount holds, for the verbs: what the next mount of the store will have as drafts. And how much waits
/// there to be saved.
/// </summary>
public static class LeftDrafts
{
    public static IReadOnlyList<DraftEntry> List() => [.. Left().SelectMany(left => left.State.Files.Values.Select(file => Entry(left, file)).OfType<DraftEntry>())];

    /// <summary>The stores with changes that the next mount will save, how many each, and where they are.</summary>
    public static IReadOnlyList<(string Store, string Server, int Changes, string Directory)> Waiting() =>
        [.. Left().Select(left => (left.State.Header!.Store, left.State.Header.Server, left.State.Queue.Count + left.State.Files.Values.Count(file => ReasonOf(file) is null), left.Directory)).Where(left => left.Item3 > 0)];

    public static byte[]? Content(string id) =>
        Left().SelectMany(left => left.State.Files.Values.Where(file => DraftEntry.IdOf(left.Directory, file.Key) == id)).FirstOrDefault()?.Content;

    /// <summary>Takes a draft out of its journal; false when there is none of this id, or a mount has taken the journal meanwhile.</summary>
    public static bool Discard(string id)
    {
        foreach (var (directory, state) in Left())
        {
            if (state.Files.Values.FirstOrDefault(file => DraftEntry.IdOf(directory, file.Key) == id) is not { } file) continue;
            return JournalPlace.TryRewrite(directory, file.Key);
        }
        return false;
    }

    /// <summary>Why the content of a file becomes a draft when its journal is taken up; null when it becomes a version.</summary>
    internal static DraftReason? ReasonOf(FileEntry file)
    {
        var isDone = file.Marks > 0 || file.IsClosed;
        var hasHead = file.Memory is not null;
        return file.Aside is { } aside ? aside
            : file.Torn == Errno.EFBIG ? DraftReason.TooLarge()
            : file.Torn != Errno.None ? DraftReason.NoRoom
            : file is { Length: 0, ContentOf: null } && file.Last != LastChange.Content
                ? hasHead ? DraftReason.Emptied
                : isDone && (file.IsClosed || file.Marks > 1) ? null
                : DraftReason.Nothing
            : !isDone ? DraftReason.Unfinished
            : !Utf8.IsValid(file.Content) ? DraftReason.NotText
            : null;
    }

    private static DraftEntry? Entry((string Directory, JournalState State) left, FileEntry file) => ReasonOf(file) is not { } reason ? null : new()
    {
        Id = DraftEntry.IdOf(left.Directory, file.Key),
        Store = left.State.Header!.Store,
        Server = left.State.Header.Server,
        Path = file.Path,
        ContentSizeBytes = file.Length,
        UpdatedAt = DraftEntry.Time(file.At),
        Cause = reason.Cause,
        Cure = reason.Cure,
        InFile = false,
    };

    private static IEnumerable<(string Directory, JournalState State)> Left()
    {
        if (!Directory.Exists(JournalPlace.Root)) yield break;
        foreach (var held in Directory.EnumerateFiles(JournalPlace.Root, JournalPlace.LockName, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var directory = Path.GetDirectoryName(held)!;
            if (!JournalPlace.IsHeld(directory) && JournalPlace.Peek(directory) is { IsEmpty: false } state) yield return (directory, state);
        }
    }
}
