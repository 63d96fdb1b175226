using System.Text.Unicode;
using MemoryStores.Fuse;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Local;

/// <summary>
/// Files in a directory that a store is to be mounted on: written there while it was not mounted. Those that can be memories are
/// saved to the store, tools' own files go to the local files; with one that can be neither nothing is taken.
/// </summary>
internal sealed class StrayFiles
{
    private readonly List<string> local = [];

    private StrayFiles(string directory) => Directory = directory;

    public string Directory { get; }

    /// <summary>By their paths in the store.</summary>
    public SortedDictionary<string, byte[]> Memories { get; } = new(StringComparer.Ordinal);

    public static StrayFiles Find(string directory, Bounds bounds)
    {
        var found = new StrayFiles(directory);
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, ReturnSpecialDirectories = false }))
        {
            if (entry.LinkTarget is not null || entry is FileInfo && !IsRegular(entry)) throw Refused(entry.FullName, "it is neither a file nor a directory");
            if (entry is not FileInfo file) continue;
            var path = file.FullName[directory.Length..];
            if (IsLocal(path)) found.local.Add(path);
            else found.Memories.Add(path, Content(file, path, bounds));
        }
        return found;
    }

    /// <summary>Moves the tools' own files to where a mount keeps them, where there is none of the name yet.</summary>
    public void MoveLocalTo(string place)
    {
        if (local.FirstOrDefault(path => File.Exists(place + path)) is { } taken) throw Refused(Directory + taken, $"{place + taken} is there already");
        foreach (var path in local)
        {
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(place + path)!);
            File.Move(Directory + path, place + path);
        }
    }

    /// <summary>For when the journal has them: the directory is empty then.</summary>
    public void Remove()
    {
        foreach (var path in Memories.Keys) File.Delete(Directory + path);
        foreach (var below in System.IO.Directory.GetDirectories(Directory)) System.IO.Directory.Delete(below, recursive: true);
    }

    private static byte[] Content(FileInfo file, string path, Bounds bounds)
    {
        if (Names.CheckPath(path) != Errno.None) throw Refused(file.FullName, "its path cannot be a memory's");
        if (file.Length > bounds.MemoryBytes) throw Refused(file.FullName, $"it has {file.Length:N0} bytes, and a memory at most {bounds.MemoryBytes:N0}");
        var content = File.ReadAllBytes(file.FullName);
        return Utf8.IsValid(content) ? content : throw Refused(file.FullName, "it is not UTF-8");
    }

    private static bool IsLocal(string path)
    {
        var parts = path[1..].Split('/');
        return parts.Contains(".git") || Names.IsLocalName(parts[^1], parts.Length == 1);
    }

    private static bool IsRegular(FileSystemInfo entry) => (entry.Attributes & (FileAttributes.Device | FileAttributes.ReparsePoint)) == 0 && LibC.Facts(entry.FullName, out _) is { IsFile: true };

    private static MountException Refused(string file, string why) =>
        new($"{file} cannot be taken into the store: {why}. Nothing was taken. Move it away, and mount again.");
}
