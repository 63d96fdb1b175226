using System.Net.Sockets;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Native;
using MemoryStores.Fuse.Session;

namespace MemoryStores.Tests.Fuse;

/// <summary>When the descriptor is closed: a number that is closed is soon another file's.</summary>
public sealed class KernelChannelFacts
{
    [Fact]
    public void It_stays_open_for_whoever_still_answers_and_nobody_begins_to_after_it_is_closed()
    {
        var (ours, theirs) = Libc.SocketPair(Libc.Messages);
        using var kernel = new Socket(new SafeSocketHandle(ours, ownsHandle: true)) { ReceiveTimeout = 30_000 };
        var channel = new KernelChannel(theirs);
        Assert.True(channel.TryHold());
        channel.LetGo(); // the session ends

        channel.Reply(2, Errno.None, "late"u8);
        Assert.Equal(20, kernel.Receive(new byte[100]));
        Assert.True(channel.TryHold());
        channel.LetGo();
        channel.LetGo();
        Assert.Equal(0, kernel.Receive(new byte[100])); // closed
        Assert.False(channel.TryHold());
    }

    [Fact]
    public void It_stays_whole_when_many_hold_it_and_let_go_at_once()
    {
        var (ours, theirs) = Libc.SocketPair(Libc.Messages);
        using var kernel = new Socket(new SafeSocketHandle(ours, ownsHandle: true)) { ReceiveTimeout = 30_000 };
        var channel = new KernelChannel(theirs);
        Parallel.For(0, 100_000, _ =>
        {
            Assert.True(channel.TryHold());
            channel.LetGo();
        });
        Assert.False(kernel.Poll(0, SelectMode.SelectRead));
        channel.LetGo();
        Assert.False(channel.TryHold());
    }

    [Fact]
    public void An_answer_the_kernel_does_not_take_is_followed_by_EIO_so_that_nobody_waits_for_ever()
    {
        var (ours, theirs) = Libc.SocketPair(Libc.Messages);
        using var kernel = new Socket(new SafeSocketHandle(ours, ownsHandle: true)) { ReceiveTimeout = 30_000 };
        var channel = new KernelChannel(theirs);
        channel.Reply(2, Errno.None, new byte[16 * 1024 * 1024]); // EMSGSIZE
        var answer = new byte[100];
        Assert.Equal(16, kernel.Receive(answer));
        Assert.Equal((-(int)Errno.EIO, 2ul), (BitConverter.ToInt32(answer, 4), BitConverter.ToUInt64(answer, 8)));
        channel.LetGo();
    }
}
