using System.Globalization;
using MemoryStores.Mount.Control;

namespace MemoryStores.Mount.Sandboxes;

/// <summary>
/// What of this machine would give a sandbox more than its session's token does: the journals and kept tokens of mounts, the sockets of their
/// daemons, configuration and data directories of servers, with the administrator's key in them.
/// </summary>
public static class Hidden
{
    private const string DataDirectory = ".memstores";
    private const string Database = "memories.db";

    /// <summary>Canonical paths that are there now. What a command could not read anyway may be missing.</summary>
    public static IReadOnlyList<string> Of(MountRegistry registry, string directory, IEnumerable<string?> more)
    {
        Directory.CreateDirectory(StateHome.Directory);
        var found = new List<string?> { StateHome.Directory, Path.GetDirectoryName(Path.GetDirectoryName(registry.LogFor("/"))), "/etc/memstores" };
        for (var above = directory; above is not null; above = Path.GetDirectoryName(above)) found.Add(Path.Combine(above, DataDirectory));
        if (Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home) found.Add(Path.Combine(home, DataDirectory));
        return [.. found.Concat(Served()).Concat(more).Where(path => path is not null && Path.Exists(path)).Select(path => LibC.RealPath(path!, out _)).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The data directories of the servers that run, wherever they are: their databases are open.</summary>
    private static IEnumerable<string?> Served()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            string[] files;
            try
            {
                files = Directory.GetFileSystemEntries(Path.Combine(process, "fd"));
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                continue; // Another user's, whose files a command cannot read either; or it has ended.
            }
            foreach (var file in files)
            {
                if (Target(file) is { } target && Path.GetFileName(target) == Database) yield return Path.GetDirectoryName(target);
            }
        }
    }

    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
