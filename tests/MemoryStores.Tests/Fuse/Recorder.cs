using System.Collections.Concurrent;
using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>Writes down what it was asked, and fills every field of its answers with a number of its own.</summary>
internal sealed class Recorder : FileSystem
{
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentQueue<string> Faults { get; } = new();

    public static EntryReply Entry => new()
    {
        Node = 0x11, Generation = 0x12, EntryValidSeconds = 0x13, AttributesValidSeconds = 0x14, EntryValidNanoseconds = 0x15,
        AttributesValidNanoseconds = 0x16, Attributes = Attributes,
    };

    private static Attributes Attributes => new()
    {
        Inode = 0x21, Size = 0x22, Blocks = 0x23, AccessSeconds = 0x24, ModifySeconds = 0x25, ChangeSeconds = 0x26,
        AccessNanoseconds = 0x27, ModifyNanoseconds = 0x28, ChangeNanoseconds = 0x29,
        Mode = 0x2a, Links = 0x2b, User = 0x2c, Group = 0x2d, Device = 0x2e, BlockSize = 0x2f, Flags = 0x30,
    };

    private static AttributesReply AttributesWithTime => new() { ValidSeconds = 0x71, ValidNanoseconds = 0x72, Attributes = Attributes };

    private static OpenReply Opened => new() { Handle = 0x73, Flags = OpenReplyFlags.KeepCache | OpenReplyFlags.NoFlush };

    private Errno Say(Request request, string call)
    {
        Calls.Enqueue($"{request.Node:x} {request.User},{request.Group},{request.Process} {call}");
        return Errno.None;
    }

    private static string Text(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name);

    public override Errno Lookup(Request request, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        entry = Entry;
        return Say(request, $"lookup {Text(name)}");
    }

    public override void Forget(ulong node, ulong lookups) => Calls.Enqueue($"{node:x} forget {lookups}");

    public override Errno GetAttributes(Request request, ref AttributesReply reply)
    {
        reply = AttributesWithTime;
        return Say(request, "getattr");
    }

    public override Errno SetAttributes(Request request, in SetAttrRequest change, ref AttributesReply reply)
    {
        reply = AttributesWithTime;
        return Say(request, $"setattr {(uint)change.Valid:x} {change.Handle:x} {change.Size:x} {change.LockOwner:x} "
            + $"{change.AccessSeconds:x}.{change.AccessNanoseconds:x} {change.ModifySeconds:x}.{change.ModifyNanoseconds:x} "
            + $"{change.ChangeSeconds:x}.{change.ChangeNanoseconds:x} {change.Mode:x} {change.User:x} {change.Group:x}");
    }

    public override Errno ReadLink(Request request, out ReadOnlySpan<byte> target)
    {
        target = "target"u8;
        return Say(request, "readlink");
    }

    public override Errno MakeSymbolicLink(Request request, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, ref EntryReply entry)
    {
        entry = Entry;
        return Say(request, $"symlink {Text(name)} {Text(target)}");
    }

    public override Errno MakeNode(Request request, in MakeNodeRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        entry = Entry;
        return Say(request, $"mknod {kind.Mode:x} {kind.Device:x} {kind.Mask:x} {Text(name)}");
    }

    public override Errno MakeDirectory(Request request, in MakeDirectoryRequest kind, ReadOnlySpan<byte> name, ref EntryReply entry)
    {
        entry = Entry;
        return Say(request, $"mkdir {kind.Mode:x} {kind.Mask:x} {Text(name)}");
    }

    public override Errno Link(Request request, ulong oldNode, ReadOnlySpan<byte> newName, ref EntryReply entry)
    {
        entry = Entry;
        return Say(request, $"link {oldNode:x} {Text(newName)}");
    }

    public override Errno Unlink(Request request, ReadOnlySpan<byte> name) => Say(request, $"unlink {Text(name)}");

    public override Errno RemoveDirectory(Request request, ReadOnlySpan<byte> name) => Say(request, $"rmdir {Text(name)}");

    public override Errno Rename(Request request, ReadOnlySpan<byte> oldName, ulong newParent, ReadOnlySpan<byte> newName, RenameFlags flags) =>
        Say(request, $"rename {Text(oldName)} {newParent:x} {Text(newName)} {flags}");

    public override Errno Open(Request request, OpenFlags flags, ref OpenReply reply)
    {
        reply = Opened;
        return Say(request, $"open {(uint)flags:x}");
    }

    public override Errno Create(Request request, in CreateRequest kind, ReadOnlySpan<byte> name, ref CreateReply reply)
    {
        (reply.Entry, reply.Open) = (Entry, Opened);
        return Say(request, $"create {(uint)kind.Flags:x} {kind.Mode:x} {kind.Mask:x} {Text(name)}");
    }

    public override Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data)
    {
        data = "data"u8;
        return Say(request, $"read {part.Handle:x} {part.Offset:x} {part.Size:x} {part.ReadFlags:x} {part.LockOwner:x} {(uint)part.Flags:x}");
    }

    public override Errno Write(Request request, in WriteRequest part, ReadOnlySpan<byte> data, ref WriteReply reply)
    {
        reply.Size = 0x75;
        return Say(request, $"write {part.Handle:x} {part.Offset:x} {part.WriteFlags:x} {part.LockOwner:x} {(uint)part.Flags:x} {Text(data)}");
    }

    public override Errno Flush(Request request, in FlushRequest closing) => Say(request, $"flush {closing.Handle:x} {closing.LockOwner:x}");

    public override void Release(Request request, in ReleaseRequest closing) =>
        Say(request, $"release {closing.Handle:x} {(uint)closing.Flags:x} {closing.ReleaseFlags:x} {closing.LockOwner:x}");

    public override Errno Sync(Request request, in SyncRequest sync) => Say(request, $"fsync {sync.Handle:x} {sync.Flags:x}");

    public override Errno SyncDirectory(Request request, in SyncRequest sync) => Say(request, $"fsyncdir {sync.Handle:x} {sync.Flags:x}");

    public override Errno Allocate(Request request, in AllocateRequest range) =>
        Say(request, $"fallocate {range.Handle:x} {range.Offset:x} {range.Length:x} {range.Mode:x}");

    public override Errno Seek(Request request, in SeekRequest from, ref SeekReply reply)
    {
        reply.Offset = 0x89;
        return Say(request, $"lseek {from.Handle:x} {from.Offset:x} {from.Whence}");
    }

    public override Errno StatFs(Request request, ref StatFsReply reply)
    {
        reply = new StatFsReply
        {
            Blocks = 0x81, BlocksFree = 0x82, BlocksAvailable = 0x83, Files = 0x84, FilesFree = 0x85, BlockSize = 0x86, NameLength = 0x87, FragmentSize = 0x88,
        };
        return Say(request, "statfs");
    }

    public override Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page)
    {
        var entry = Entry;
        entry.Attributes.Mode = 0x41ed;
        page.TryAdd("seven"u8, 0x91, entry); // a page may be too small
        return Say(request, $"readdir {cookie:x} {page.IsPlus}");
    }

    public override void Unmounted() => Calls.Enqueue("unmounted");

    public override void Fault(string operation, Exception exception) => Faults.Enqueue($"{operation}: {exception.Message}");
}
