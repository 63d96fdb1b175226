using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Tree;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Local;

/// <summary>A file kept beside the store; its bytes lie in a file of this machine.</summary>
internal sealed class LocalNode(ulong id, uint mode, long now, LocalFiles files, long size) : FileNode(id, mode, now)
{
    [ThreadStatic]
    private static byte[]? room;

    private long size = size;
    private SafeFileHandle? file;

    public override long Size => size;

    public override Errno Read(ulong offset, uint count, out ReadOnlySpan<byte> data)
    {
        if (room is null || room.Length < count) room = new byte[Math.Max(count, 128 * 1024)];
        data = room.AsSpan(0, RandomAccess.Read(Keep(), room.AsSpan(0, (int)count), (long)offset));
        return Errno.None;
    }

    public override Errno Write(in WriteRequest part, ReadOnlySpan<byte> data, out ulong at)
    {
        var appends = (part.Flags & OpenFlags.Append) != 0 && (part.WriteFlags & WriteRequest.FromCache) == 0;
        at = appends ? (ulong)size : part.Offset;
        var end = (long)at + data.Length;
        if (end < 0 || files.HasNoRoom(end - size)) return Errno.ENOSPC;
        RandomAccess.Write(Keep(), data, (long)at);
        Grown(Math.Max(end, size));
        return Errno.None;
    }

    public override Errno Resize(ulong wanted)
    {
        if (wanted > long.MaxValue || files.HasNoRoom((long)wanted - size)) return Errno.EFBIG;
        RandomAccess.SetLength(Keep(), (long)wanted);
        Grown((long)wanted);
        return Errno.None;
    }

    public void Sync() => RandomAccess.FlushToDisk(Keep());

    public void SetMode(string place, uint wanted)
    {
        Mode = Attributes.RegularFile | (wanted & 0xFFF);
        // Ours to read and write whatever the programs inside say.
        File.SetUnixFileMode(place, (UnixFileMode)(wanted & 0x1FF) | UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Opens the file, if it is not, while its name still leads to it.</summary>
    public SafeFileHandle Keep() => file ??= File.OpenHandle(files.PlaceOf(this), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public void Drop()
    {
        file?.Dispose();
        file = null;
        if (!IsAttached) files.Bytes -= size;
    }

    private void Grown(long to)
    {
        files.Bytes += to - size;
        size = to;
        Modified = Changed = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
    }
}
