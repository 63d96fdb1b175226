using System.Runtime.InteropServices;
using System.Text;
using MemoryStores.Fuse.Native;

namespace MemoryStores.Fuse.Mounting;

/// <summary>One end of a connection between two processes of this machine, by which they pass open files to each other (SCM_RIGHTS) with a word beside each.</summary>
public sealed unsafe class DescriptorChannel : IDisposable
{
    private const int LongestWord = 4_096;
    private const int SetDescriptorFlags = 2;

    private int descriptor;

    /// <summary>The end that a program was started with, which it does not hand on.</summary>
    public DescriptorChannel(int descriptor)
    {
        this.descriptor = descriptor;
        _ = Libc.Control(descriptor, SetDescriptorFlags, 1);
    }

    /// <summary>Two ends: one for us, and one that programs inherit until it is closed here.</summary>
    public static (DescriptorChannel Ours, int Theirs) Pair()
    {
        var (ours, theirs) = Libc.SocketPair(Libc.Messages);
        _ = Libc.Control(theirs, SetDescriptorFlags, 0);
        return (new DescriptorChannel(ours), theirs);
    }

    public static void Close(int theirs) => _ = Libc.Close(theirs);

    /// <summary>False when nobody is at the other end.</summary>
    public bool TrySend(string word, int? file = null)
    {
        var bytes = Encoding.UTF8.GetBytes(word);
        if (bytes.Length is 0 or > LongestWord) bytes = bytes.Length == 0 ? [(byte)' '] : bytes[..LongestWord];
        fixed (byte* start = bytes)
        {
            var part = new Libc.Vector { Start = start, Length = (nuint)bytes.Length };
            var rights = new Rights { Length = (nuint)(sizeof(Rights) - 4), Level = SocketLevel, Kind = PassesRights, Descriptor = file ?? 0 };
            var message = new Message { Parts = &part, PartCount = 1 };
            if (file is not null)
            {
                message.Control = &rights;
                message.ControlLength = (nuint)sizeof(Rights);
            }
            const int noSignal = 0x4000; // MSG_NOSIGNAL
            nint sent;
            do sent = Libc.Send(descriptor, &message, noSignal);
            while (sent < 0 && Libc.LastError == Errno.EINTR);
            return sent >= 0;
        }
    }

    /// <summary>Waits for a word and the file that came with it, -1 for none; null when the other end is closed.</summary>
    public (string Word, int File)? Receive()
    {
        var bytes = new byte[LongestWord];
        fixed (byte* start = bytes)
        {
            var received = Receive(descriptor, start, LongestWord, wait: true, out var file);
            return received > 0 ? (Encoding.UTF8.GetString(bytes, 0, (int)received), file) : null;
        }
    }

    public void Dispose()
    {
        if (descriptor >= 0) _ = Libc.Close(descriptor);
        descriptor = -1;
    }

    internal static nint Receive(int socket, byte* start, int room, bool wait, out int file)
    {
        var part = new Libc.Vector { Start = start, Length = (nuint)room };
        var rights = new Rights();
        var message = new Message { Parts = &part, PartCount = 1, Control = &rights, ControlLength = (nuint)sizeof(Rights) };
        const int closeOnExec = 0x40000000, doNotWait = 0x40; // MSG_CMSG_CLOEXEC, MSG_DONTWAIT
        nint received;
        do received = Libc.Receive(socket, &message, closeOnExec | (wait ? 0 : doNotWait));
        while (received < 0 && Libc.LastError == Errno.EINTR);
        file = received > 0 && rights.Level == SocketLevel && rights.Kind == PassesRights && rights.Length >= (nuint)(sizeof(Rights) - 4) ? rights.Descriptor : -1;
        return received;
    }

    private const int SocketLevel = 1;
    private const int PassesRights = 1;

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Libc.Vector* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with one descriptor, padded to 8 bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Rights
    {
        public nuint Length;
        public int Level;
        public int Kind;
        public int Descriptor;
        public int Padding;
    }
}
