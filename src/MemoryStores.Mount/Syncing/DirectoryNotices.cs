using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// The kernel's notices (inotify) of a directory and all below it, as a bell: what happened is found by looking. Where it gives
/// none, or too few, <see cref="Problem"/> says so, and looking at intervals has to do.
/// </summary>
internal sealed class DirectoryNotices : IDisposable
{
    private const uint OfContents = 0x2 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200; // modify, close after writing, moved from and to, create, delete
    private const uint OnlyDirectories = 0x01000000;
    private const uint DoNotFollow = 0x02000000;
    private const uint Ignored = 0x8000;
    private const int HeadBytes = 16;
    private const int BufferBytes = 64 * 1024;

    private readonly SafeFileHandle notices;
    private readonly string root;
    private readonly Action bell;
    private readonly Lock gate = new();
    private readonly Dictionary<int, string> watched = [];
    private volatile bool isEnding;

    public DirectoryNotices(string root, Action bell)
    {
        (this.root, this.bell) = (root, bell);
        notices = SystemCalls.StartNotices(SystemCalls.CloseOnExec);
        if (notices.IsInvalid) Problem = $"the kernel gives no notices ({SystemCalls.LastMessage()})";
        else new Thread(Listen) { IsBackground = true, Name = "notices" }.Start();
    }

    /// <summary>Why changes may be seen late; null when they are seen at once.</summary>
    public string? Problem { get; private set; }

    /// <summary>Watches these directories, by their paths below the root; whether one was not watched before, and may have changed unseen.</summary>
    public bool Watch(IEnumerable<string> directories)
    {
        if (notices.IsInvalid) return false;
        var isMore = false;
        foreach (var directory in directories)
        {
            lock (gate)
            {
                var number = SystemCalls.Watch(notices, root + directory, OfContents | OnlyDirectories | DoNotFollow);
                if (number < 0)
                {
                    if (Marshal.GetLastPInvokeError() == SystemCalls.NoSpace)
                        Problem = "the kernel has no watches left for this user (sysctl fs.inotify.max_user_watches)";
                    continue;
                }
                isMore |= !watched.TryGetValue(number, out var before) || before != directory;
                watched[number] = directory;
            }
        }
        return isMore;
    }

    public void Dispose()
    {
        isEnding = true;
        // The reader wakes up by the notice that a watch has ended, and closes what it reads.
        lock (gate)
        {
            foreach (var number in watched.Keys) _ = SystemCalls.Unwatch(notices, number);
        }
    }

    private void Listen()
    {
        var buffer = new byte[BufferBytes];
        while (!isEnding)
        {
            var length = (int)SystemCalls.Read(notices, ref buffer[0], buffer.Length);
            if (length <= 0) continue;
            for (var at = 0; at + HeadBytes <= length; at += HeadBytes + BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12)))
            {
                var mask = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(at + 4));
                if ((mask & Ignored) == 0) continue;
                lock (gate) watched.Remove(BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at)));
            }
            // Also when the kernel's queue has overflowed: all is looked at in any case.
            bell();
        }
        notices.Dispose();
    }
}
