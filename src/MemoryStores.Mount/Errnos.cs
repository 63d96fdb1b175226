using MemoryStores.Fuse;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>How what the server says of the store sounds to programs; docs/mount.md has the whole table.</summary>
internal static class Errnos
{
    /// <summary>Why nothing can be written to the store, or None.</summary>
    public static Errno OfStore(MountTree tree) =>
        tree.IsDeleted ? Errno.ESTALE
        : tree.IsForbidden ? Errno.EACCES
        : tree.IsArchived ? Errno.EROFS
        : Errno.None;
}
