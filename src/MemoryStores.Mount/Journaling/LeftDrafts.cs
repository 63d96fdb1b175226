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
    private static readonly DraftReason NotSent = new("its mount ended before it was sent", "mount the store again with the same key");

    /// <summary>Drafts, and content that only waits to be sent.</summary>
    public static IReadOnlyList<DraftEntry> List() => [.. Left().SelectMany(left => (IEnumerable<DraftEntry>)
        [.. left.State.Files.Values.Select(file => Entry(left, file)), .. left.State.Queue.Where(change => change.Content is not null).Select(change => Entry(left, change))])];

    /// <summary>The stores with changes that the next mount will save, how many each, and where they are.</summary>
    public static IReadOnlyList<(string Store, string Server, int Changes, string Directory)> Waiting() =>
        [.. Left().Select(left => (left.State.Header!.Store, left.State.Header.Server, left.State.Queue.Count + left.State.Files.Values.Count(file => ReasonOf(file) is null), left.Directory)).Where(left => left.Item3 > 0)];

    /// <summary>Whether mounts of this author have left anything on this machine, and where.</summary>
    public static bool IsLeftBy(string author) => DirectoriesOf(author).Any();

    public static IEnumerable<string> DirectoriesOf(string author) => Left().Select(left => left.Directory).Where(directory => Path.GetFileName(Path.GetDirectoryName(directory)) == author);

    public static byte[]? Content(string id) =>
        Left().SelectMany(left => (IEnumerable<(long Key, byte[]? Content, string Directory)>)
            [.. left.State.Files.Values.Select(file => (file.Key, file.Content, left.Directory)), .. left.State.Queue.Select(change => (change.Key, change.Content, left.Directory))])
            .FirstOrDefault(each => DraftEntry.IdOf(each.Directory, each.Key) == id).Content;

    /// <summary>Takes a draft out of its journal; false when there is none of this id, or a mount has taken the journal meanwhile.</summary>
    public static bool Discard(string id)
    {
        foreach (var (directory, state) in Left())
        {
            if (state.Files.Values.FirstOrDefault(file => DraftEntry.IdOf(directory, file.Key) == id && ReasonOf(file) is not null) is not { } file) continue;
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
            : file.Draft is { } draft ? draft
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

    private static DraftEntry Entry((string Directory, JournalState State) left, FileEntry file) =>
        Entry(left, file.Key, file.Path, file.Length, file.At, ReasonOf(file));

    private static DraftEntry Entry((string Directory, JournalState State) left, ChangeEntry change) =>
        Entry(left, change.Key, change.Path!, change.Content!.Length, left.State.Header!.At, null);

    private static DraftEntry Entry((string Directory, JournalState State) left, long key, string path, int bytes, long at, DraftReason? reason) => new()
    {
        Id = DraftEntry.IdOf(left.Directory, key),
        Store = left.State.Header!.Store,
        Server = left.State.Header.Server,
        Path = path,
        ContentSizeBytes = bytes,
        UpdatedAt = DraftEntry.Time(at),
        Cause = (reason ?? NotSent).Cause,
        Cure = (reason ?? NotSent).Cure,
        InFile = false,
        Waits = reason is null,
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
