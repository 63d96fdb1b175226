using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Local;

/// <summary>
/// The files that stay out of the store, such as .git: kept in a directory of this machine in which each has the path it has
/// in the mount. The directory outlives the mount; the next one of the same store takes it up.
/// </summary>
internal sealed class LocalFiles(string directory, MountTree tree)
{
    public string Directory { get; } = directory;

    public long Bytes { get; set; }

    public int Count { get; private set; }

    public bool HasNoRoom(long more) => Bytes + more > Bounds.LocalBytes;

    public string PlaceOf(Node node) => Directory + node.Path;

    /// <summary>Puts what was left here into the tree. What a memory has taken the place of stays hidden.</summary>
    public void Load() => Load(new DirectoryInfo(Directory), tree.Root);

    public LocalNode Create(DirectoryNode parent, string name, uint mode)
    {
        var place = Path.Combine(Directory + (parent.Path == "/" ? "" : parent.Path), name);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllBytes(place, []);
        var node = tree.New(new LocalNode(tree.NextId(), mode, tree.Now, this, 0));
        node.SetMode(place, mode);
        tree.Attach(parent, name, node);
        Count++;
        return node;
    }

    public void CreateDirectory(DirectoryNode node) => System.IO.Directory.CreateDirectory(PlaceOf(node));

    /// <summary>Called while the node still has its name.</summary>
    public void Remove(LocalNode node)
    {
        node.Keep();
        File.Delete(PlaceOf(node));
        Count--;
    }

    public void RemoveDirectory(DirectoryNode node)
    {
        var place = PlaceOf(node);
        if (System.IO.Directory.Exists(place)) System.IO.Directory.Delete(place);
    }

    /// <summary>Follows a rename of a file or directory, which has its new name already.</summary>
    public void Move(string from, Node node)
    {
        var (old, place) = (Directory + from, PlaceOf(node));
        if (node is DirectoryNode && !System.IO.Directory.Exists(old)) return;
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (node is DirectoryNode)
        {
            if (System.IO.Directory.Exists(place)) System.IO.Directory.Delete(place);
            System.IO.Directory.Move(old, place);
        }
        else File.Move(old, place, overwrite: true);
    }

    /// <summary>Directories with nothing in them live as long as their mount.</summary>
    public void Prune() => Prune(new DirectoryInfo(Directory));

    private static void Prune(DirectoryInfo directory)
    {
        if (directory.Name == ".git") return;
        foreach (var below in directory.EnumerateDirectories())
        {
            Prune(below);
            if (below.Name != ".git" && !below.EnumerateFileSystemInfos().Any()) below.Delete();
        }
    }

    private void Load(DirectoryInfo from, DirectoryNode into)
    {
        if (!from.Exists) return;
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            if (into.TryFind(entry.Name, out var there))
            {
                if (there is DirectoryNode same && entry is DirectoryInfo inner) Load(inner, same);
            }
            else if (entry is DirectoryInfo directory)
            {
                var node = tree.NewDirectory(into.IsLocal || entry.Name == ".git");
                node.IsMadeHere = true;
                tree.Attach(into, entry.Name, node);
                Load(directory, node);
            }
            else if (entry is FileInfo { LinkTarget: null } file)
            {
                var node = tree.New(new LocalNode(tree.NextId(), (uint)file.UnixFileMode, tree.Now, this, file.Length));
                node.Modified = node.Changed = (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
                tree.Attach(into, entry.Name, node);
                Bytes += file.Length;
                Count++;
            }
        }
    }
}
