using System.Globalization;
using System.Runtime.InteropServices;
using MemoryStores.Mount.Control;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Journaling;

/// <summary>
/// Where one mount keeps its journal: $XDG_STATE_HOME/memstores/journal/SERVER/STORE/AUTHOR/N. A running mount holds its place by a
/// lock of the kernel's, which a killed one holds no longer: whoever comes next finds what it left.
/// </summary>
internal sealed class JournalPlace : IDisposable
{
    private const int Places = 64;
    private const string Suffix = ".journal";
    public const string LockName = "lock";

    private readonly SafeFileHandle hold;
    private int generation;

    private JournalPlace(string directory, SafeFileHandle hold, JournalHeader header) => (Directory, this.hold, Header) = (directory, hold, header);

    public string Directory { get; }

    public JournalHeader Header { get; }

    /// <summary>What an earlier mount left here, and in which file; null when there is nothing.</summary>
    public JournalState? Left { get; private set; }

    public string? LeftPath { get; private set; }

    /// <summary>Sentences for people about what could not be read.</summary>
    public List<string> Problems { get; } = [];

    public static string Root => Path.Combine(StateHome.Directory, "journal");

    /// <summary>
    /// The places of this store and author that no mount holds and in which something was left, the oldest first; and one at
    /// least, be it a new one.
    /// </summary>
    public static List<JournalPlace> TakeLeft(JournalHeader header, string journals)
    {
        var root = Path.Combine(journals, StateHome.NameOf(header.Server), header.Store, header.Author);
        PrivateDirectory.MakeAll(root);
        var taken = new List<JournalPlace>();
        JournalPlace? empty = null;
        try
        {
            for (var number = 0; number < Places; number++)
            {
                var directory = Path.Combine(root, number.ToString(CultureInfo.InvariantCulture));
                var isNew = !System.IO.Directory.Exists(directory);
                if (isNew && taken.Count + (empty is null ? 0 : 1) > 0) break;
                if (TryTake(directory, header) is not { } place) continue;
                place.ReadLeft();
                if (place.Left is not null) taken.Add(place);
                else if (empty is null) empty = place;
                else place.Dispose();
                if (isNew) break;
            }
        }
        catch
        {
            foreach (var place in taken) place.Dispose();
            empty?.Dispose();
            throw;
        }
        if (taken.Count > 0) empty?.Dispose();
        else if (empty is not null) taken.Add(empty);
        else throw new MountException($"{root} has no free place: {Places} mounts of this store run already.");
        return WithoutInherited(taken);
    }

    /// <summary>What was taken over by another, which then died before it could remove it, is not taken over again.</summary>
    private static List<JournalPlace> WithoutInherited(List<JournalPlace> taken)
    {
        var inherited = taken.SelectMany(place => place.Left?.Inherited ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var place in taken.Where(place => place.LeftPath is { } path && inherited.Contains(path)))
        {
            File.Delete(place.LeftPath!);
            (place.Left, place.LeftPath) = (null, null);
        }
        return [.. taken.OrderBy(place => place.Left?.Header?.At ?? long.MaxValue)];
    }

    /// <summary>Reads what a place holds without taking it; null when there is nothing, or it cannot be read.</summary>
    public static JournalState? Peek(string directory) => Newest(directory)?.State;

    private static (string Path, JournalState State)? Newest(string directory)
    {
        foreach (var file in Files(directory))
        {
            try
            {
                if (JournalState.Read(File.ReadAllBytes(file)) is { IsComplete: true } state) return (file, state);
            }
            catch (Exception unread) when (unread is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // An older one may be whole.
            }
        }
        return null;
    }

    /// <summary>Whether a mount holds this place just now.</summary>
    public static bool IsHeld(string directory)
    {
        using var opened = LibC.OpenPrivate(LockOf(directory));
        return opened is not null && !LibC.TryLock(opened);
    }

    /// <summary>Leaves a file's records out of a journal that no mount holds; false when one does.</summary>
    public static bool TryRewrite(string directory, long without)
    {
        using var hold = LibC.OpenPrivate(LockOf(directory));
        if (hold is null || !LibC.TryLock(hold)) return false;
        if (Newest(directory) is not { } newest) return false;
        var kept = JournalState.Without(File.ReadAllBytes(newest.Path), without);
        var next = NameIn(directory, Files(directory).Max(Number) + 1);
        using (var file = LibC.OpenPrivate(next + ".new") ?? throw new IOException($"{next}.new cannot be made: {LibC.Message(Marshal.GetLastPInvokeError())}."))
        {
            RandomAccess.Write(file, kept, 0);
            RandomAccess.FlushToDisk(file);
        }
        File.Move(next + ".new", next);
        foreach (var older in Files(directory).Where(path => path != next)) File.Delete(older);
        return true;
    }

    /// <summary>No name comes twice: who has taken over a file names it for ever.</summary>
    public string NextPath() => NameIn(Directory, ++generation);

    public void Dispose() => hold.Dispose();

    private static JournalPlace? TryTake(string directory, JournalHeader header)
    {
        PrivateDirectory.MakeAll(directory);
        var hold = LibC.OpenPrivate(LockOf(directory)) ?? throw new MountException($"{LockOf(directory)} cannot be used. What is not yet saved is kept there: set XDG_STATE_HOME to a directory of your own.");
        if (LibC.TryLock(hold)) return new JournalPlace(directory, hold, header);
        hold.Dispose();
        return null;
    }

    /// <summary>Removes what is here, the newest last: while that is there no older one counts.</summary>
    public void Clear()
    {
        foreach (var path in Files(Directory).Reverse()) File.Delete(path);
    }

    /// <summary>Removes the files that were begun before this one.</summary>
    public void ClearBefore(string file)
    {
        foreach (var path in Files(Directory).Where(path => Number(path) < Number(file)).Reverse()) File.Delete(path);
    }

    /// <summary>The newest file that was begun whole counts; older ones are what it began with.</summary>
    private void ReadLeft()
    {
        foreach (var path in Files(Directory))
        {
            generation = Math.Max(generation, Number(path));
            if (Left is not null)
            {
                File.Delete(path);
                continue;
            }
            JournalState state;
            var bytes = File.ReadAllBytes(path);
            try
            {
                state = JournalState.Read(bytes);
            }
            catch (InvalidDataException damaged)
            {
                throw new MountException($"{path} holds what an earlier mount had not saved, and cannot be read: {damaged.Message}. Keep a copy of it, and move it away to mount without it.");
            }
            if (JournalState.IsDamaged(state, bytes)) SetAside(path, state.Length);
            if (state.IsComplete) (Left, LeftPath) = (state, path);
            else File.Delete(path);
        }
        if (Left is not { IsEmpty: true }) return;
        // All of it is done, and so are the older ones, whatever they say.
        File.Delete(LeftPath!);
        (Left, LeftPath) = (null, null);
    }

    /// <summary>A file that ends in the middle of a record was cut by a kill. This one has more behind, and is kept for people.</summary>
    private void SetAside(string path, long good)
    {
        var copy = path + ".damaged";
        File.Copy(path, copy, overwrite: true);
        Problems.Add($"{path}, which an earlier mount had left, is damaged behind its first {good} bytes. What stands before that is taken up; a copy of all of it is kept as {copy}.");
    }

    private static string NameIn(string directory, int generation) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{generation}-{Guid.NewGuid().ToString("N")[..8]}{Suffix}"));

    private static string[] Files(string directory) =>
        System.IO.Directory.Exists(directory) ? [.. System.IO.Directory.GetFiles(directory, "*" + Suffix).OrderByDescending(Number)] : [];

    private static int Number(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path).Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string LockOf(string directory) => Path.Combine(directory, LockName);
}
