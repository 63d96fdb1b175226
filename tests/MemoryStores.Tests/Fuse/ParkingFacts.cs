using System.Collections.Concurrent;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>Requests that wait: answered later, interrupted, or outlived by nobody when the mount ends.</summary>
public sealed class ParkingFacts
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Sync = new byte[16];
    private static readonly byte[] Read = Bytes.Of("0000000000000000 0000000000000000 00100000 00000000 0000000000000000 00000000 00000000");

    private readonly BlockingCollection<ParkedRequest> parked = [];
    private readonly ConcurrentQueue<string> heard = new();

    private ScriptedFiles ParkingFiles => new()
    {
        OnSync = Park,
        OnRead = (Request request, out ReadOnlySpan<byte> data) =>
        {
            data = default;
            return Park(request);
        },
        OnUnmounted = () => heard.Enqueue("unmounted"),
    };

    private Errno Park(Request request)
    {
        var node = request.Node;
        parked.Add(request.Park(() => heard.Enqueue($"interrupted {node}")));
        return Errno.Parked;
    }

    private ParkedRequest Parked() => parked.TryTake(out var request, Patience) ? request : throw new TimeoutException("Nothing was parked.");

    [Fact]
    public async Task While_requests_wait_others_are_served_and_each_gets_its_own_answer_from_any_thread()
    {
        await using var kernel = new FakeKernel(ParkingFiles);
        var sync = kernel.Send(Opcode.FSync, Sync);
        var waitingSync = Parked();
        var read = kernel.Send(Opcode.Read, Read);
        var waitingRead = Parked();
        for (ulong node = 10; node < 30; node++) Assert.Equal(node, BitConverter.ToUInt64(kernel.Ask(Opcode.GetAttr, new byte[16], node).Body, 24));

        await Task.Run(() => waitingRead.Data("late"u8));
        var answer = kernel.Receive();
        Assert.Equal((read, Errno.None, "late"), (answer.Unique, answer.Error, System.Text.Encoding.UTF8.GetString(answer.Body)));
        await Task.Run(() => waitingSync.Fail(Errno.EDQUOT));
        answer = kernel.Receive();
        Assert.Equal((sync, Errno.EDQUOT, 0), (answer.Unique, answer.Error, answer.Body.Length));
    }

    [Fact]
    public async Task The_first_answer_counts_and_others_come_to_nothing()
    {
        await using var kernel = new FakeKernel(ParkingFiles);
        var unique = kernel.Send(Opcode.FSync, Sync);
        var waiting = Parked();
        Assert.False(waiting.IsAnswered);
        waiting.Reply(new WriteReply { Size = 0x75 });
        waiting.Done();
        waiting.Fail(Errno.EIO);
        Assert.True(waiting.IsAnswered);

        var answer = kernel.Receive();
        Assert.Equal((unique, "7500000000000000"), (answer.Unique, answer.Hex));
        Assert.Equal(Errno.None, kernel.Ask(Opcode.GetAttr, Sync).Error); // the next thing said is not a second answer
    }

    [Fact]
    public async Task An_interrupt_answers_EINTR_and_tells_who_had_it()
    {
        await using var kernel = new FakeKernel(ParkingFiles);
        var unique = kernel.Send(Opcode.FSync, Sync, node: 5);
        var waiting = Parked();
        // The first may still find it with its thread: then that thread answers.
        kernel.Send(Opcode.Interrupt, BitConverter.GetBytes(unique), unique: unique | 1);
        var answer = kernel.Receive();
        Assert.Equal((unique, Errno.EINTR), (answer.Unique, answer.Error));
        waiting.Done();
        kernel.Leave();
        await kernel.EndedAsync();
        Assert.Equal(["interrupted 5", "unmounted"], heard);
    }

    [Fact]
    public async Task An_interrupt_that_comes_before_the_request_is_parked_is_kept_for_it()
    {
        using var inHand = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var files = new ScriptedFiles
        {
            OnSync = request =>
            {
                inHand.Release();
                Assert.True(goOn.Wait(Patience));
                return request.Node == 5 ? Park(request) : Errno.EBUSY;
            },
        };
        await using var kernel = new FakeKernel(files);
        foreach (var node in (ulong[])[5, 6])
        {
            var unique = kernel.Send(Opcode.FSync, Sync, node);
            Assert.True(await inHand.WaitAsync(Patience));
            kernel.Send(Opcode.Interrupt, BitConverter.GetBytes(unique), unique: unique | 1);
            Assert.Equal(Errno.None, kernel.Ask(Opcode.GetAttr, Sync).Error); // the interrupt was taken, and not answered EAGAIN
            goOn.Release();
            var answer = kernel.Receive();
            Assert.Equal((unique, node == 5 ? Errno.EINTR : Errno.EBUSY), (answer.Unique, answer.Error));
        }

        // The mark of the second, which did not wait, reaches nobody else.
        goOn.Release();
        var later = kernel.Send(Opcode.FSync, Sync, node: 5);
        _ = Parked();
        Parked().Done();
        Assert.Equal((later, Errno.None), (kernel.Receive() is var last ? last.Unique : 0, last.Error));
    }

    [Fact]
    public async Task An_interrupt_of_what_nobody_knows_is_asked_again()
    {
        await using var kernel = new FakeKernel(ParkingFiles);
        kernel.Send(Opcode.Interrupt, BitConverter.GetBytes(400ul), unique: 401);
        var answer = kernel.Receive();
        Assert.Equal((401ul, Errno.EAGAIN), (answer.Unique, answer.Error));
    }

    [Fact]
    public async Task A_handler_that_throws_answers_EIO_once_parked_or_not_and_the_next_is_served()
    {
        var files = new ScriptedFiles
        {
            OnSync = request =>
            {
                if (request.Node == 2) Park(request);
                if (request.Node == 3) Parked().Done();
                throw new InvalidOperationException("broken");
            },
            OnFault = (operation, fault) =>
            {
                heard.Enqueue($"{operation}: {fault.Message}");
                throw new InvalidOperationException("and so is the log");
            },
        };
        await using var kernel = new FakeKernel(files, new SessionOptions { Workers = 1 });
        foreach (var node in (ulong[])[1, 2, 1]) Assert.Equal((node, Errno.EIO), (node, kernel.Ask(Opcode.FSync, Sync, node).Error));
        Assert.Equal(Errno.None, kernel.Ask(Opcode.GetAttr, Sync).Error);
        Assert.Equal(["FSYNC: broken", "FSYNC: broken", "FSYNC: broken"], heard);
        Assert.True(Parked().IsAnswered);
    }

    [Fact]
    public async Task A_thread_may_answer_after_all_what_it_parked_and_only_once()
    {
        var files = new ScriptedFiles
        {
            OnSync = request =>
            {
                var waiting = request.Park();
                Assert.Same(waiting, request.Park());
                if (request.Node == 2) waiting.Done();
                return Errno.EROFS;
            },
        };
        await using var kernel = new FakeKernel(files);
        Assert.Equal(Errno.EROFS, kernel.Ask(Opcode.FSync, Sync, node: 1).Error);
        Assert.Equal(Errno.None, kernel.Ask(Opcode.FSync, Sync, node: 2).Error);
        Assert.Equal(Errno.None, kernel.Ask(Opcode.GetAttr, Sync).Error);
    }

    [Fact]
    public async Task When_the_mount_ends_what_waits_is_let_go_and_late_answers_go_nowhere()
    {
        var kernel = new FakeKernel(ParkingFiles);
        kernel.Send(Opcode.FSync, Sync, node: 5);
        var waiting = Parked();
        kernel.Leave();
        await kernel.EndedAsync();

        Assert.Equal(["interrupted 5", "unmounted"], heard);
        Assert.True(waiting.IsAnswered);
        waiting.Done();
        waiting.Data(new byte[1_000]);
    }

    [Fact]
    public async Task A_session_that_is_stopped_answers_who_waits_though_the_mount_is_still_there()
    {
        await using var kernel = new FakeKernel(ParkingFiles);
        var unique = kernel.Send(Opcode.FSync, Sync, node: 5);
        var waiting = Parked();
        kernel.Session.Stop();
        kernel.Session.Stop();
        var answer = kernel.Receive();
        Assert.Equal((unique, Errno.ENOTCONN), (answer.Unique, answer.Error));
        await kernel.EndedAsync();
        Assert.Equal(["interrupted 5", "unmounted"], heard);
        waiting.Done();
    }

    [Fact]
    public async Task An_answer_that_races_the_end_of_the_mount_never_goes_to_a_file_that_got_its_number()
    {
        for (var round = 0; round < 20; round++)
        {
            var kernel = new FakeKernel(ParkingFiles);
            for (var i = 0; i < 8; i++) kernel.Send(Opcode.FSync, Sync);
            var waiting = Enumerable.Range(0, 8).Select(_ => Parked()).ToList();
            using var start = new ManualResetEventSlim();
            var answering = waiting.Select(request => Task.Run(() =>
            {
                start.Wait();
                request.Data("for nobody"u8);
            })).ToList();
            start.Set();
            kernel.Leave();
            await kernel.EndedAsync();

            // The lowest numbers that are free: the session's was among them.
            var pairs = Enumerable.Range(0, 4).Select(_ => new FakeKernel(ParkingFiles)).ToList();
            await Task.WhenAll(answering);
            foreach (var other in pairs)
            {
                Assert.False(other.HasMore, "An answer went to another session's descriptor.");
                await other.DisposeAsync();
            }
        }
    }
}
