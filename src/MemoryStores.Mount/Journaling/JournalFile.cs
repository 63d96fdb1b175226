using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Journaling;

/// <summary>
/// One file of a journal, which only grows. Its blocks are taken before they are needed: a disk that is full says so before
/// something has happened, and the little that must always be written still finds room.
/// </summary>
internal sealed class JournalFile : IDisposable
{
    private const long Step = 1024 * 1024;

    /// <summary>Kept for what cannot be refused: what becomes of changes that were accepted.</summary>
    private const long Reserve = 256 * 1024;

    private readonly SafeFileHandle file;
    private long allocated;

    public JournalFile(string path)
    {
        Path = path;
        file = LibC.OpenPrivate(path) ?? throw new IOException($"{path} cannot be made: {LibC.Message(Marshal.GetLastPInvokeError())}.");
        if (TryAllocate(Step)) return;
        file.Dispose();
        File.Delete(path);
        throw new IOException($"There is no room for a journal at {path}.");
    }

    public string Path { get; }

    public long Length { get; private set; }

    public bool HasRoom(long bytes, bool ofReserve = false)
    {
        var needed = Length + bytes + (ofReserve ? 0 : Reserve);
        return needed <= allocated || TryAllocate(Math.Max(allocated + Step, needed + Step));
    }

    public void Append(ReadOnlySpan<byte> records)
    {
        RandomAccess.Write(file, records, Length);
        Length += records.Length;
    }

    /// <summary>Somebody was promised that what is in it survives a loss of power.</summary>
    public bool WasSynced { get; set; }

    public void Sync()
    {
        WasSynced = true;
        RandomAccess.FlushToDisk(file);
    }

    public void Delete()
    {
        file.Dispose();
        File.Delete(Path);
    }

    public void Dispose() => file.Dispose();

    private bool TryAllocate(long to)
    {
        if (!LibC.TryAllocate(file, to)) return false;
        allocated = to;
        return true;
    }
}
