using System.Buffers.Binary;
using System.Net.Sockets;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>
/// The kernel's end of a conversation, over a pair of sockets that keep messages apart as /dev/fuse does. Header lengths and
/// numbers are filled in; bodies are bytes.
/// </summary>
internal sealed class FakeKernel : IAsyncDisposable
{
    public const int HeaderBytes = 40;
    private const int ReplyHeaderBytes = 16;

    // Nothing here waits for anything but a thread's turn: longer is for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Socket socket;
    private readonly byte[] room = new byte[256 * 1024];
    private ulong last;

    public FakeKernel(FileSystem files, SessionOptions? options = null)
    {
        var (ours, theirs) = Libc.SocketPair(Libc.Messages);
        socket = new Socket(new SafeSocketHandle(ours, ownsHandle: true))
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
            SendBufferSize = 1 << 20,
        };
        Session = new FuseSession(theirs, files, options ?? new SessionOptions());
    }

    public FuseSession Session { get; }

    public ulong NextUnique() => last += 2;

    /// <summary>Sends a request, and waits for nothing. Its number.</summary>
    public ulong Send(Opcode opcode, ReadOnlySpan<byte> body, ulong node = 1, ulong unique = 0)
    {
        var number = unique != 0 ? unique : NextUnique();
        var message = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), (uint)opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), number);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(16), node);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(24), 1_001);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(28), 1_002);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(32), 1_003);
        body.CopyTo(message.AsSpan(HeaderBytes));
        SendRaw(message);
        return number;
    }

    public void SendRaw(ReadOnlySpan<byte> message) => socket.Send(message);

    /// <summary>The next thing the session says, a reply or a notification.</summary>
    public KernelReply Receive() => Parse(room.AsSpan(0, socket.Receive(room)));

    public bool HasMore => socket.Poll(0, SelectMode.SelectRead);

    public KernelReply Ask(Opcode opcode, ReadOnlySpan<byte> body, ulong node = 1)
    {
        var unique = Send(opcode, body, node);
        var reply = Receive();
        Assert.Equal(unique, reply.Unique);
        return reply;
    }

    /// <summary>INIT as Linux 6.18 asks it.</summary>
    public KernelReply Initialize(uint minor = 45, uint flags = uint.MaxValue, uint flags2 = uint.MaxValue, uint major = 7)
    {
        var body = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(body, major);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), minor);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), 131_072);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), flags2);
        return Ask(Opcode.Init, body);
    }

    /// <summary>The fastest way to ask and be answered: nothing is made for it here.</summary>
    public int Exchange(ReadOnlySpan<byte> message)
    {
        socket.Send(message);
        return socket.Receive(room);
    }

    /// <summary>Unmounts.</summary>
    public void Leave() => socket.Dispose();

    public async Task EndedAsync() => await Session.Ended.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Leave();
        await EndedAsync();
    }

    private static KernelReply Parse(ReadOnlySpan<byte> message)
    {
        Assert.True(message.Length >= ReplyHeaderBytes, $"The session said {message.Length} bytes.");
        Assert.Equal((uint)message.Length, BinaryPrimitives.ReadUInt32LittleEndian(message));
        var error = BinaryPrimitives.ReadInt32LittleEndian(message[4..]);
        return new KernelReply(BinaryPrimitives.ReadUInt64LittleEndian(message[8..]), error, message[ReplyHeaderBytes..].ToArray(), message.ToArray());
    }
}

internal sealed record KernelReply(ulong Unique, int RawError, byte[] Body, byte[] All)
{
    public Errno Error => (Errno)(-RawError);

    public string Hex => Bytes.Hex(Body);
}

internal static class Bytes
{
    /// <summary>Hexadecimal digits, blanks between them as one likes, and after a bar plain text in which "\0" is a NUL.</summary>
    public static byte[] Of(string text)
    {
        var parts = text.Split('|', 2);
        return [.. Convert.FromHexString(parts[0].Replace(" ", "", StringComparison.Ordinal)), .. parts.Length > 1 ? System.Text.Encoding.UTF8.GetBytes(parts[1]) : []];
    }

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
