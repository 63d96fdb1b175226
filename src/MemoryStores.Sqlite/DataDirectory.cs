using System.Globalization;

namespace MemoryStores.Sqlite;

/// <summary>The data directory cannot be used; the message tells the operator why and what to do.</summary>
public sealed class DataDirectoryException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The directory that holds everything: private to its owner, ignored by git, and locked by the one server that uses it.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly FileStream held;

    public string Root { get; }
    public string Database => Path.Combine(Root, "memories.db");
    public string AdminKey => Path.Combine(Root, "admin.key");

    private DataDirectory(string root, FileStream held) => (Root, this.held) = (root, held);

    public static DataDirectory Open(string path)
    {
        var root = Path.GetFullPath(path);
        try
        {
            Make(root);
            var held = Hold(root);
            return new DataDirectory(root, held);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new DataDirectoryException($"The data directory {root} cannot be written by this user. Choose another with --data.", denied);
        }
        catch (IOException broken)
        {
            throw new DataDirectoryException($"The data directory {root} cannot be used: {broken.Message}", broken);
        }
    }

    /// <summary>Writes a file only its owner can read, whole or not at all.</summary>
    public static void WritePrivate(string path, string text)
    {
        var draft = path + ".new";
        File.Delete(draft);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(draft, options))
        using (var writer = new StreamWriter(file))
        {
            writer.Write(text);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
    }

    public void Dispose() => held.Dispose();

    private static void Make(string root)
    {
        if (!Directory.Exists(root))
        {
            Directory.CreateDirectory(root, OwnerOnly);
            File.WriteAllText(Path.Combine(root, ".gitignore"), "*\n");
        }
        else if ((File.GetUnixFileMode(root) & Others) is var open && open != 0)
        {
            throw new DataDirectoryException(
                $"The data directory {root} is open to others ({Octal(File.GetUnixFileMode(root))}). Close it: chmod 700 {root}");
        }
    }

    private static FileStream Hold(string root)
    {
        // The lock is the kernel's (flock), so it ends with the process however that ends; the pid is for people.
        var pidFile = Path.Combine(root, "server.pid");
        try
        {
            var held = new FileStream(Path.Combine(root, "server.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            WritePrivate(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return held;
        }
        catch (IOException) when (File.Exists(pidFile))
        {
            throw new DataDirectoryException(
                $"Another server (process {File.ReadAllText(pidFile)}) is using the data directory {root}. Stop it, or choose another with --data.");
        }
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
