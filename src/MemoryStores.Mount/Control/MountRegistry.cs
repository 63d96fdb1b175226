using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MemoryStores.Fuse.Mounting;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Control;

/// <summary>
/// Which mounts this user has: a private directory with three files to a mount, named by the first 16 hex digits of the SHA-256
/// of the mounted directory (a socket's path has room for 107 bytes):
/// <list type="bullet">
/// <item><c>.json</c>: the <see cref="MountEntry"/>. Its daemon holds an flock on it, which ends with the daemon however that
/// ends: a file that can be locked is of a dead one, whatever became of its process id.</item>
/// <item><c>.sock</c>: where the daemon answers (<see cref="ControlServer"/>).</item>
/// <item><c>.log</c>: what a daemon in the background has said; it outlives the others.</item>
/// </list>
/// Everything here happens under a second flock, on the file <c>lock</c>, so that one who cleans never meets one who registers.
/// </summary>
public sealed class MountRegistry
{
    private const int NameDigits = 16;
    private const int LongestSocketPath = 107;
    private const int LongestEntry = 64 * 1024;
    private const uint OwnerReadsAndWrites = 0b110_000_000;

    // What happens under the lock takes microseconds; longer, somebody was stopped in the middle of it.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly IReadOnlyList<string> places;
    private readonly Func<IEnumerable<MountedDirectory>> readMounts;

    /// <summary>The first place takes new entries; entries are found in all of them.</summary>
    internal MountRegistry(IReadOnlyList<string> places, Func<IEnumerable<MountedDirectory>>? readMounts = null) =>
        (this.places, this.readMounts) = (places, readMounts ?? MountedDirectory.Read);

    /// <summary>
    /// The registry of the user who runs this: in XDG_RUNTIME_DIR and nowhere else where that is set, which for other users than
    /// root is /run/user/UID also where a timer's or another's environment lacks it. Root has /run, in a login's shell as in any
    /// other. What remains is /tmp.
    /// </summary>
    public static MountRegistry OfUser(Func<string, string?> variable)
    {
        var user = LibC.EffectiveUser();
        var usual = $"/run/user/{user}";
        var runtime = variable("XDG_RUNTIME_DIR") is { Length: > 0 } given ? given : usual;
        var ofRuntime = Path.Combine(runtime, "memstores", "mounts");
        // Of somebody else it is what sudo has left over.
        if ((user != 0 || runtime != usual) && Path.IsPathRooted(runtime) && IsOf(user, runtime) && HasRoomForSocket(ofRuntime))
            return new MountRegistry([ofRuntime]);
        var ofTemporary = $"/tmp/memstores-{user}/mounts";
        return new MountRegistry(user == 0 && IsOf(user, "/run") ? ["/run/memstores/mounts", ofTemporary] : [ofTemporary]);
    }

    /// <summary>
    /// Registers a mount that is about to be, until the claim is disposed. Refused, naming the process, when the directory has a
    /// daemon already.
    /// </summary>
    public MountClaim Claim(MountEntry entry)
    {
        if (Find(entry.Directory) is { IsLive: true } live) throw AlreadyMounted(live.Entry);
        var place = MakePlace();
        using var turn = TakeTurn(place);
        var file = FileOf(place, entry.Directory);
        var held = LibC.OpenPrivate(file) ?? throw CannotUse(file);
        if (!LibC.TryLock(held))
        {
            var other = Read(held) ?? entry;
            held.Dispose();
            throw AlreadyMounted(other);
        }
        RandomAccess.SetLength(held, 0);
        RandomAccess.Write(held, JsonSerializer.SerializeToUtf8Bytes(entry, ControlJson.Wire.MountEntry), 0);
        return new MountClaim(held, file, Sibling(file, ".sock"), () => TakeTurn(place));
    }

    /// <summary>Where the daemon of this directory writes what it has to say when nobody sees it.</summary>
    public string LogFor(string directory) => Sibling(FileOf(MakePlace(), directory), ".log");

    /// <summary>All mounts with a daemon, and those whose daemon is gone and left the directory mounted. What is left of others is removed.</summary>
    public IReadOnlyList<RegisteredMount> List() =>
        [.. Usable().SelectMany(ListIn).OrderBy(mount => mount.Entry.Directory, StringComparer.Ordinal)];

    /// <summary>The mounts of a session that are in one directory.</summary>
    public IReadOnlyList<RegisteredMount> FindGroup(string directory) => [.. List().Where(mount => mount.Entry.Group == directory)];

    public RegisteredMount? Find(string directory) => List().Where(mount => mount.Entry.Directory == directory).OrderByDescending(mount => mount.IsLive).FirstOrDefault();

    private static bool IsOf(uint user, string directory) => LibC.Facts(directory, out _) is { IsDirectory: true } facts && facts.Owner == user;

    private static bool HasRoomForSocket(string place) => Encoding.UTF8.GetByteCount(place) + 1 + NameDigits + ".sock".Length <= LongestSocketPath;

    private static string FileOf(string place, string directory) =>
        Path.Combine(place, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..NameDigits] + ".json");

    private static string Sibling(string file, string ending) => Path.ChangeExtension(file, ending);

    internal static MountException AlreadyMounted(MountEntry entry) =>
        new($"{entry.Directory} is already mounted: process {entry.Pid} has the store '{entry.StoreName}' there since {entry.StartedAt}. To end it: memstores unmount {entry.Directory}");

    private static MountException CannotUse(string path) => new($"{path} cannot be used: {LibC.Message(Marshal.GetLastPInvokeError())}. Mounts are registered there.");

    /// <summary>
    /// The places that are there. When others can reach into the first, that is said: it may hide a mount. Those behind it are then
    /// passed over: anybody may make the one in /tmp.
    /// </summary>
    private IEnumerable<string> Usable()
    {
        foreach (var place in places)
        {
            var refusal = PrivateDirectory.Refusal(Path.GetDirectoryName(place)!) ?? PrivateDirectory.Refusal(place);
            if (refusal is null && Directory.Exists(place)) yield return place;
            else if (refusal is not null && place == places[0]) throw new MountException(refusal);
        }
    }

    /// <summary>The first place that can be made: /run may be read-only where /tmp is not.</summary>
    private string MakePlace()
    {
        foreach (var place in places)
        {
            try
            {
                PrivateDirectory.Make(Path.GetDirectoryName(place)!);
                PrivateDirectory.Make(place);
                return place;
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException && place != places[^1])
            {
                // The next, then.
            }
        }
        throw new MountException("There is no place to register mounts in. Set XDG_RUNTIME_DIR to a directory of your own with a short path.");
    }

    private List<RegisteredMount> ListIn(string place)
    {
        using var turn = TakeTurn(place);
        var found = new List<RegisteredMount>();
        var mounts = readMounts().Where(mount => mount.IsFuse).Select(mount => mount.Directory).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(place, "*.json"))
        {
            using var opened = Open(file, LibC.ReadWrite | LibC.CloseOnExec);
            if (opened is null) continue;
            var (isLive, entry) = (!LibC.TryLock(opened), Read(opened));
            if (entry is not null && (isLive || mounts.Contains(entry.Directory)))
                found.Add(new RegisteredMount(entry, isLive, Sibling(file, ".sock"), Sibling(file, ".log")));
            else if (!isLive)
                MountClaim.Remove(file, Sibling(file, ".sock"));
        }
        return found;
    }

    private static FileStream TakeTurn(string place)
    {
        var file = Path.Combine(place, "lock");
        var handle = LibC.OpenPrivate(file) ?? throw CannotUse(file);
        for (var waited = TimeSpan.Zero; !LibC.TryLock(handle); waited += Pause)
        {
            if (waited > LongestTurn)
            {
                handle.Dispose();
                throw new MountException($"Another memstores has held {file} for {LongestTurn.TotalSeconds:0} s. End it: fuser -k {file}");
            }
            Thread.Sleep(Pause);
        }
        return new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0);
    }

    private static SafeFileHandle? Open(string path, int flags)
    {
        var descriptor = LibC.Open(path, flags, OwnerReadsAndWrites);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static MountEntry? Read(SafeFileHandle file)
    {
        try
        {
            var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestEntry)];
            return JsonSerializer.Deserialize(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0)), ControlJson.Wire.MountEntry);
        }
        catch (JsonException)
        {
            // Its daemon ended while it wrote: nothing was mounted yet.
            return null;
        }
    }
}

/// <summary>A registered mount, while its daemon lives.</summary>
public sealed class MountClaim : IDisposable
{
    private readonly SafeFileHandle held;
    private readonly string file;
    private readonly Func<IDisposable> takeTurn;

    internal MountClaim(SafeFileHandle held, string file, string socket, Func<IDisposable> takeTurn) =>
        (this.held, this.file, Socket, this.takeTurn) = (held, file, socket, takeTurn);

    public string Socket { get; }

    public void Dispose()
    {
        if (held.IsClosed) return;
        try
        {
            using var turn = takeTurn();
            Remove(file, Socket);
        }
        catch (Exception left) when (left is MountException or IOException or UnauthorizedAccessException)
        {
            // Whoever meets the entry next sees that nobody holds it.
        }
        held.Dispose();
    }

    internal static void Remove(string file, string socket)
    {
        File.Delete(socket);
        File.Delete(file);
    }
}
