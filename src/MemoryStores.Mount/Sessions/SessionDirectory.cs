using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Control;

namespace MemoryStores.Mount.Sessions;

/// <summary>
/// The directory around a session's mounts: a file system of its own that has a directory for each store and nothing else, and in
/// which nothing can be written, by root neither. When its daemon is gone, what is mounted in it goes with it.
/// </summary>
public sealed class SessionDirectory : IAsyncDisposable
{
    private static readonly TimeSpan UnmountTime = TimeSpan.FromSeconds(2);

    private readonly FuseMount mount;
    private readonly BareMountPoint bare;

    private SessionDirectory(FuseMount mount, BareMountPoint bare) => (this.mount, this.bare) = (mount, bare);

    /// <summary>Completes when somebody has unmounted it.</summary>
    public Task Ended => mount.Session.Ended;

    public static async Task<SessionDirectory> StartAsync(string directory, IReadOnlyList<string> names, MountOptions like, CancellationToken stop)
    {
        var bare = BareMountPoint.Find(directory);
        try
        {
            // fusermount3 mounts nothing in what the kernel calls read-only: for others than root the file system itself refuses.
            var options = new FuseMountOptions { Name = "memstores-session", ReadOnly = CurrentUser.Id == 0, AllowOther = like.AllowOther };
            var files = new Names(names, like.OwnerUser ?? CurrentUser.Id, like.OwnerGroup ?? CurrentUser.Group);
            var mount = await FuseMount.StartAsync(directory, files, options, new SessionOptions(), stop);
            bare.Close();
            return new SessionDirectory(mount, bare);
        }
        catch (Exception failed)
        {
            bare.Dispose();
            if (failed is FuseMountException) throw new MountException(failed.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Ended.IsCompleted) await mount.UnmountAsync(UnmountTime, lazy: true);
        bare.Dispose();
    }

    private sealed class Names(IReadOnlyList<string> names, uint user, uint group) : FileSystem
    {
        private const ulong Root = 1;
        private const ulong ForEver = 1_000_000_000;
        private const uint Mode = Attributes.Directory | 0x16D; // 0555

        private readonly byte[][] names = [.. names.Select(Encoding.UTF8.GetBytes)];

        public override Errno Lookup(Request request, ReadOnlySpan<byte> name, ref EntryReply entry)
        {
            entry.EntryValidSeconds = ForEver;
            if (request.Node != Root) return Errno.None;
            for (var i = 0; i < names.Length; i++)
            {
                if (name.SequenceEqual(names[i])) entry = Entry(i);
            }
            return Errno.None;
        }

        public override Errno GetAttributes(Request request, ref AttributesReply reply)
        {
            (reply.ValidSeconds, reply.Attributes) = (ForEver, Of(request.Node));
            return Errno.None;
        }

        public override Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page)
        {
            if (cookie == 0 && !page.TryAdd("."u8, ++cookie, new EntryReply { Attributes = Of(request.Node) })) return Errno.None;
            if (cookie == 1 && !page.TryAdd(".."u8, ++cookie, new EntryReply { Attributes = Of(Root) })) return Errno.None;
            for (var i = (int)cookie - 2; request.Node == Root && i < names.Length; i++)
            {
                if (!page.TryAdd(names[i], (ulong)i + 3, Entry(i))) break;
            }
            return Errno.None;
        }

        public override Errno SetAttributes(Request request, in SetAttrRequest change, ref AttributesReply reply) => Errno.EROFS;

        public override Errno MakeSymbolicLink(Request request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref EntryReply entry) => Errno.EROFS;

        public override Errno MakeNode(Request request, in MakeNodeRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry) => Errno.EROFS;

        public override Errno MakeDirectory(Request request, in MakeDirectoryRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry) => Errno.EROFS;

        public override Errno Link(Request request, ulong oldNode, ReadOnlySpan<byte> newName, ref EntryReply entry) => Errno.EROFS;

        public override Errno Unlink(Request request, ReadOnlySpan<byte> name) => Errno.EROFS;

        public override Errno RemoveDirectory(Request request, ReadOnlySpan<byte> name) => Errno.EROFS;

        public override Errno Rename(Request request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, RenameFlags flags) => Errno.EROFS;

        public override Errno Create(Request request, in CreateRequest kind, ReadOnlySpan<byte> name, ref CreateReply reply) => Errno.EROFS;

        private EntryReply Entry(int index) => new()
        {
            Node = (ulong)index + Root + 1, EntryValidSeconds = ForEver, AttributesValidSeconds = ForEver, Attributes = Of((ulong)index + Root + 1),
        };

        private Attributes Of(ulong node) => new() { Inode = node, Mode = Mode, Links = 2, User = user, Group = group, BlockSize = 4_096 };
    }
}
