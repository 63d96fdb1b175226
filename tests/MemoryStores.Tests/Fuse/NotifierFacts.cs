using System.Collections.Concurrent;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>What the session tells the kernel unasked. The bytes are those of a C program, as in <see cref="Example"/>.</summary>
public sealed class NotifierFacts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Read = new byte[40];

    [Fact]
    public async Task Each_notification_has_the_kernels_bytes_and_they_go_out_in_the_order_they_came()
    {
        await using var kernel = new FakeKernel(new Recorder());
        var told = new ConcurrentQueue<string>();
        var notifier = kernel.Session.Notifier;
        for (var round = 0; round < 20; round++)
        {
            notifier.InvalidateNode(0xa1, () => told.Enqueue("node"));
            notifier.InvalidateAttributes(0xa1, () => throw new InvalidOperationException("A callback that fails stops nobody."));
            notifier.InvalidateEntry(0xa2, "name"u8.ToArray(), () => told.Enqueue("entry"));
            notifier.ExpireEntry(0xa2, "name"u8.ToArray());
            notifier.Deleted(0xa3, 0xa4, "name"u8.ToArray(), () => told.Enqueue("deleted"));
        }
        for (var round = 0; round < 20; round++)
        {
            AssertSays(kernel, "28000000 02000000 0000000000000000 a100000000000000 0000000000000000 0000000000000000");
            AssertSays(kernel, "28000000 02000000 0000000000000000 a100000000000000 ffffffffffffffff 0000000000000000");
            AssertSays(kernel, "25000000 03000000 0000000000000000 a200000000000000 04000000 00000000|name\0");
            AssertSays(kernel, "25000000 03000000 0000000000000000 a200000000000000 04000000 01000000|name\0");
            AssertSays(kernel, "2d000000 06000000 0000000000000000 a300000000000000 a400000000000000 04000000 00000000|name\0");
        }
        kernel.Leave();
        await kernel.EndedAsync();
        Assert.Equal(Enumerable.Repeat((string[])["node", "entry", "deleted"], 20).SelectMany(names => names), told);
    }

    [Fact]
    public async Task A_notification_after_the_end_counts_as_told()
    {
        var kernel = new FakeKernel(new Recorder());
        kernel.Leave();
        await kernel.EndedAsync();
        var told = false;
        kernel.Session.Notifier.InvalidateNode(1, () => told = true);
        Assert.True(told);
    }

    [Fact]
    public async Task A_node_with_a_parked_READ_is_invalidated_after_its_answer_and_others_do_not_wait()
    {
        // The kernel would hold the notification, and all behind it, until the READ is answered.
        var parked = new BlockingCollection<ParkedRequest>();
        var files = new ScriptedFiles
        {
            OnRead = (Request request, out ReadOnlySpan<byte> data) =>
            {
                data = default;
                parked.Add(request.Park());
                return Errno.Parked;
            },
        };
        await using var kernel = new FakeKernel(files);
        var uniques = new[] { kernel.Send(Opcode.Read, Read, node: 0xa1), kernel.Send(Opcode.Read, Read, node: 0xa1) };
        var waiting = uniques.Select(_ => parked.TryTake(out var request, Patience) ? request : throw new TimeoutException()).ToList();
        var notifier = kernel.Session.Notifier;
        notifier.InvalidateNode(0xa1);
        notifier.InvalidateAttributes(0xa1);
        notifier.InvalidateEntry(0xa2, "name"u8.ToArray());
        AssertSays(kernel, "28000000 02000000 0000000000000000 a100000000000000 ffffffffffffffff 0000000000000000");
        AssertSays(kernel, "25000000 03000000 0000000000000000 a200000000000000 04000000 00000000|name\0");

        waiting[0].Data("x"u8);
        Assert.Contains(kernel.Receive().Unique, uniques);
        Assert.Equal(Errno.None, kernel.Ask(Opcode.GetAttr, new byte[16]).Error); // not yet: the other READ holds pages too
        waiting[1].Data("y"u8);
        Assert.Contains(kernel.Receive().Unique, uniques);
        AssertSays(kernel, "28000000 02000000 0000000000000000 a100000000000000 0000000000000000 0000000000000000");
    }

    [Fact]
    public async Task What_waited_for_a_READ_is_told_when_the_mount_ends()
    {
        using var parked = new SemaphoreSlim(0);
        var files = new ScriptedFiles
        {
            OnRead = (Request request, out ReadOnlySpan<byte> data) =>
            {
                data = default;
                request.Park();
                parked.Release();
                return Errno.Parked;
            },
        };
        var kernel = new FakeKernel(files);
        kernel.Send(Opcode.Read, Read, node: 0xa1);
        Assert.True(await parked.WaitAsync(Patience));
        var told = 0;
        kernel.Session.Notifier.InvalidateNode(0xa1, () => Interlocked.Increment(ref told));
        kernel.Leave();
        await kernel.EndedAsync();
        Assert.Equal(1, told);
    }

    private static void AssertSays(FakeKernel kernel, string expected) => Assert.Equal(Bytes.Hex(Bytes.Of(expected)), Bytes.Hex(kernel.Receive().All));
}
