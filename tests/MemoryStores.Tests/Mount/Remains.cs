using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount;

/// <summary>
/// What a mount leaves when it is killed at one moment: its journal and its local files as they are on disk just then, and the
/// store as it was. Whatever the mount does afterwards never happened.
/// </summary>
internal sealed record Remains(string Directory, FakeStore Store)
{
    private static int numbers;

    private string Journals => Path.Combine(Directory, "journals");

    private string Local => Path.Combine(Directory, "local");

    /// <summary>Called where nothing writes to the journal, such as under the tree's gate.</summary>
    public static Remains Of(TemporaryDirectory among, string journals, string local, FakeStore store)
    {
        var remains = new Remains(among.File(Interlocked.Increment(ref numbers).ToString(System.Globalization.CultureInfo.InvariantCulture)), store.Copy());
        CopyDirectory(journals, remains.Journals);
        CopyDirectory(local, remains.Local);
        return remains;
    }

    public static Remains Of(TemporaryDirectory among, MountInMemory mount)
    {
        lock (mount.Tree.Gate) return Of(among, mount.Journals, mount.Local, mount.Store);
    }

    /// <summary>What a second dead mount left joins what this one did.</summary>
    public void Join(Remains other, string place)
    {
        var from = other.Places().Single();
        CopyDirectory(from, Path.Combine(Path.GetDirectoryName(from.Replace(other.Directory, Directory, StringComparison.Ordinal))!, place));
    }

    /// <summary>The directories of the mounts that left something.</summary>
    public IEnumerable<string> Places() => System.IO.Directory.GetDirectories(Journals, "*", SearchOption.AllDirectories).Where(directory => File.Exists(Path.Combine(directory, "lock")));

    /// <summary>The next mount, on a copy: this stays as it is for other courses of events. What it would leave at each call of the store's is told.</summary>
    public MountInMemory Mount(TemporaryDirectory among, FakeStore store, Action<string, Remains>? killed = null)
    {
        var copy = Of(among, Journals, Local, store);
        var (one, mount) = (new Lock(), (MountInMemory?)null);
        if (killed is not null)
        {
            store.Arriving = call => Kill($"before {call}");
            store.Leaving = call => Kill($"after {call}");
        }
        var made = new MountInMemory(store, copy.Journals, local: copy.Local);
        lock (one) mount = made;
        return made;

        Task Kill(string when)
        {
            // While it is being made only the calls of its own write to its journal.
            lock (one) killed(when, mount is null ? Of(among, copy.Journals, copy.Local, store) : Of(among, mount));
            return Task.CompletedTask;
        }
    }

    /// <summary>Two of the same are one and the same to the next mount.</summary>
    public string Fingerprint => $"{Store.Seq} {string.Join(' ', System.IO.Directory.GetFiles(Directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file =>
        $"{Path.GetRelativePath(Directory, file)}:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"))}";

    private static void CopyDirectory(string from, string to)
    {
        System.IO.Directory.CreateDirectory(to);
        foreach (var directory in System.IO.Directory.GetDirectories(from)) CopyDirectory(directory, Path.Combine(to, Path.GetFileName(directory)));
        foreach (var file in System.IO.Directory.GetFiles(from))
        {
            // A lock is its holder's; with him it is gone.
            if (Path.GetFileName(file) == "lock") File.WriteAllBytes(Path.Combine(to, "lock"), []);
            else File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
