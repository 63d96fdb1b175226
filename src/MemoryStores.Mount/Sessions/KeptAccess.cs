using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Journaling;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Sessions;

/// <summary>
/// The access to a session, kept for its user alone (0600) in $XDG_STATE_HOME/memstores/sessions/SERVER/SESSION.json for as long as
/// a mount may have to send something by it: nobody gives a new token of a session that is over. Each mount of the session holds
/// a shared lock on the file; who has it alone may write it, and the last removes it, unless journals are left.
/// </summary>
public sealed class KeptAccess : IDisposable
{
    private const int LongestFile = 1024 * 1024;

    private readonly string path;
    private readonly SafeFileHandle file;

    private KeptAccess(string path, SafeFileHandle file, SessionAccess access) => (this.path, this.file, Access) = (path, file, access);

    public SessionAccess Access { get; }

    /// <summary>What is kept of a session; null when nothing is.</summary>
    public static SessionAccess? Find(string server, string session)
    {
        try
        {
            return File.Exists(PathOf(server, session)) ? JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(server, session)), AccessJson.Default.SessionAccess) : null;
        }
        catch (JsonException)
        {
            return null; // Cut off by a power loss: a new token takes its place.
        }
    }

    /// <summary>For a session that is over, when nothing of it is left.</summary>
    public static void Forget(SessionAccess access) => File.Delete(PathOf(access.Server, access.Session));

    /// <summary>Holds the access for a mount. What another mount uses already is used by this one, too.</summary>
    public static KeptAccess Hold(SessionAccess access)
    {
        var path = PathOf(access.Server, access.Session);
        PrivateDirectory.MakeAll(Path.GetDirectoryName(path)!);
        while (true)
        {
            var file = LibC.OpenPrivate(path) ?? throw new MountException($"{path} cannot be used: {LibC.Message(Marshal.GetLastPInvokeError())}. Set XDG_STATE_HOME to a directory of your own.");
            var isAlone = LibC.TryLock(file);
            if (isAlone)
            {
                var bytes = JsonSerializer.SerializeToUtf8Bytes(access, AccessJson.Default.SessionAccess);
                RandomAccess.SetLength(file, 0);
                RandomAccess.Write(file, bytes, 0);
                RandomAccess.FlushToDisk(file);
            }
            LibC.Share(file);
            // The last mount may have removed it before we had the lock: then it is of nobody.
            if (File.Exists(path)) return new KeptAccess(path, file, isAlone ? access : Read(file) ?? access);
            file.Dispose();
        }
    }

    /// <summary>
    /// Ends a mount's hold. True when it was the last and nothing is left to be sent, so that the token is of no use any more.
    /// </summary>
    public bool TryEnd()
    {
        if (!LibC.TryLock(file) || LeftDrafts.IsLeftBy(Access.Session)) return false;
        File.Delete(path);
        return true;
    }

    public void Dispose() => file.Dispose();

    private static SessionAccess? Read(SafeFileHandle file)
    {
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestFile)];
        return JsonSerializer.Deserialize(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0)), AccessJson.Default.SessionAccess);
    }

    private static string PathOf(string server, string session)
    {
        if (session.Length == 0 || session.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
            throw new MountException($"'{session}' is no id of a session. It looks like sesn_01…");
        return Path.Combine(StateHome.Directory, "sessions", StateHome.NameOf(server), session + ".json");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionAccess))]
internal sealed partial class AccessJson : JsonSerializerContext;
