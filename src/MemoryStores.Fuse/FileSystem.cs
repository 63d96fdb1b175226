using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse;

/// <summary>
/// What a file system answers, one method for each thing the kernel asks. Each is called on one of the session's threads, by
/// several at once, and must not wait: what cannot be answered yet is parked (<see cref="Request.Park"/>, then
/// <see cref="Errno.Parked"/> is returned) and answered later from anywhere, since while a thread waits nobody is served.
/// Requests that hold a directory's lock in the kernel (lookup, create, mkdir, unlink, rename, readdir) must not be parked at all.
/// Reply structures arrive zeroed. <see cref="Errno.ENOSYS"/>, the answer to everything not overridden, makes the kernel stop
/// asking for most operations. Spans and the request are the session's: they are good until the method returns.
/// </summary>
public abstract class FileSystem
{
    public virtual Errno Lookup(Request request, ReadOnlySpan<byte> name, ref EntryReply entry) => Errno.ENOSYS;

    /// <summary>The kernel gives back lookups; a node without name, lookups and opens can go. Also called for all of a batch.</summary>
    public virtual void Forget(ulong node, ulong lookups)
    {
    }

    public virtual Errno GetAttributes(Request request, ref AttributesReply reply) => Errno.ENOSYS;

    public virtual Errno SetAttributes(Request request, in SetAttrRequest change, ref AttributesReply reply) => Errno.ENOSYS;

    public virtual Errno ReadLink(Request request, out ReadOnlySpan<byte> target)
    {
        target = default;
        return Errno.EINVAL;
    }

    public virtual Errno MakeSymbolicLink(Request request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref EntryReply entry) => Errno.EPERM;

    public virtual Errno MakeNode(Request request, in MakeNodeRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry) => Errno.EPERM;

    public virtual Errno MakeDirectory(Request request, in MakeDirectoryRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry) => Errno.ENOSYS;

    public virtual Errno Link(Request request, ulong oldNode, ReadOnlySpan<byte> newName, ref EntryReply entry) => Errno.EPERM;

    public virtual Errno Unlink(Request request, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    public virtual Errno RemoveDirectory(Request request, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    public virtual Errno Rename(Request request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, RenameFlags flags) => Errno.ENOSYS;

    /// <summary>Never asked for on a read-only mount: there the kernel opens by itself.</summary>
    public virtual Errno Open(Request request, OpenFlags flags, ref OpenReply reply) => Errno.ENOSYS;

    public virtual Errno Create(Request request, in CreateRequest kind, ReadOnlySpan<byte> name, ref CreateReply reply) => Errno.ENOSYS;

    /// <summary>The bytes to hand out; the kernel takes them before anything else is asked of the same thread.</summary>
    public virtual Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data)
    {
        data = default;
        return Errno.ENOSYS;
    }

    public virtual Errno Write(Request request, in WriteRequest part, ReadOnlySpan<byte> data, ref WriteReply reply) => Errno.ENOSYS;

    public virtual Errno Flush(Request request, in FlushRequest closing) => Errno.ENOSYS;

    public virtual void Release(Request request, in ReleaseRequest closing)
    {
    }

    public virtual Errno Sync(Request request, in SyncRequest sync) => Errno.ENOSYS;

    public virtual Errno SyncDirectory(Request request, in SyncRequest sync) => Errno.ENOSYS;

    public virtual Errno Allocate(Request request, in AllocateRequest range) => Errno.EOPNOTSUPP;

    public virtual Errno Seek(Request request, in SeekRequest from, ref SeekReply reply) => Errno.ENOSYS;

    /// <summary>Without an answer of its own a file system has no sizes to show; df would fail on ENOSYS.</summary>
    public virtual Errno StatFs(Request request, ref StatFsReply reply)
    {
        (reply.BlockSize, reply.FragmentSize, reply.NameLength) = (4_096, 4_096, 255);
        return Errno.None;
    }

    /// <summary>Asked with <see cref="DirectoryPage.IsPlus"/>, and without open or close of the directory: the cookie is all there is.</summary>
    public virtual Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page) => Errno.ENOSYS;

    /// <summary>The mount is gone; nothing is asked any more.</summary>
    public virtual void Unmounted()
    {
    }

    /// <summary>A method threw; whoever asked got EIO, and the session goes on.</summary>
    public virtual void Fault(string operation, Exception exception)
    {
    }
}
