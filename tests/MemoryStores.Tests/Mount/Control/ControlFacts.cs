using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount.Control;

/// <summary>The conversation between verbs and daemon, over real sockets, with a mount that is a handful of delegates.</summary>
public sealed class ControlFacts : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory home = new();
    private readonly FakeMount mount = new();
    private readonly ControlServer server;
    private readonly RegisteredMount registered;

    public ControlFacts()
    {
        registered = new RegisteredMount(FakeMount.Entry("/mnt/notes"), IsLive: true, home.File("a.sock"), home.File("a.log"));
        // What a dead daemon has left is no obstacle.
        File.WriteAllText(registered.Socket, "");
        server = ControlServer.Start(registered.Socket, mount.Controls);
    }

    private ControlClient Client => new(registered);

    public void Dispose()
    {
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        home.Dispose();
    }

    [Fact]
    public async Task A_status_arrives_whole()
    {
        mount.Status = mount.Status with { HeadSeq = 12, LagSeconds = 0.5, Problems = ["The server is away.", "„ünï\u0007cødé“"], LocalFilesDirectory = "/var/x" };
        var status = await Client.StatusAsync();
        Assert.Equal(mount.Status.Problems, status.Problems);
        Assert.Equal(mount.Status with { Problems = [] }, status with { Problems = mount.Status.Problems } with { Problems = [] });
    }

    [Fact]
    public void The_socket_is_for_its_user_alone()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(registered.Socket));
        Assert.True(ControlServer.MayAsk(peer: 1000, owner: 1000));
        Assert.True(ControlServer.MayAsk(peer: 0, owner: 1000));
        Assert.False(ControlServer.MayAsk(peer: 1001, owner: 1000));
        Assert.False(ControlServer.MayAsk(peer: 1000, owner: 0));
    }

    [Fact]
    public async Task Draining_tells_what_is_still_to_go_and_ends_with_the_outcome()
    {
        var finish = new TaskCompletionSource();
        mount.DrainAsync = async (pending, stop) =>
        {
            pending?.Invoke(3);
            await finish.Task.WaitAsync(stop);
            return new DrainOutcome(Clean: false, 0, 2, 1, "/var/x", ["/roof.md is not UTF-8."]);
        };
        var told = new List<int>();
        var outcome = await Client.DrainAsync(left =>
        {
            told.Add(left);
            finish.TrySetResult();
        }, Cancel(Soon));
        Assert.Equal([3], told);
        Assert.Equal((false, 2, 1, "/var/x"), (outcome.Clean, outcome.Drafts, outcome.LocalFiles, outcome.LocalFilesDirectory));
        Assert.Equal(["/roof.md is not UTF-8."], outcome.Problems);
    }

    [Fact]
    public async Task Progress_that_nobody_can_follow_is_thinned_out_and_ends_with_the_last_word()
    {
        mount.DrainAsync = (pending, _) =>
        {
            for (var left = 100_000; left >= 0; left--) pending?.Invoke(left);
            return Task.FromResult(FakeMount.Clean);
        };
        var told = new List<int>();
        Assert.True((await Client.DrainAsync(told.Add, Cancel(Soon))).Clean);
        Assert.InRange(told.Count, 1, 200);
        Assert.Equal(0, told[^1]);
    }

    [Fact]
    public async Task A_drain_ends_when_who_waits_for_it_goes_away()
    {
        var ended = new TaskCompletionSource();
        mount.DrainAsync = async (pending, stop) =>
        {
            pending?.Invoke(1);
            using var cut = stop.Register(() => ended.TrySetResult());
            await Task.Delay(Timeout.Infinite, stop);
            return FakeMount.Clean;
        };
        using var patience = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.DrainAsync(_ => patience.Cancel(), patience.Token));
        await ended.Task.WaitAsync(Soon);
        await Client.StatusAsync();
    }

    [Fact]
    public async Task Unmounting_drains_first()
    {
        var left = await Client.UnmountAsync(Soon, force: false, null, Cancel(Soon));
        Assert.True(left.Unmounted);
        Assert.True(left.Drained?.Clean);
        Assert.Equal(["drain", "unmount"], mount.Asked);
    }

    [Fact]
    public async Task Unmounting_leaves_the_mount_when_changes_are_still_to_go()
    {
        mount.DrainAsync = FakeMount.ForeverAsync;
        mount.Status = mount.Status with { Pending = 2 };
        var left = await Client.UnmountAsync(TimeSpan.FromMilliseconds(50), force: false, null, Cancel(Soon));
        Assert.Equal((false, 2, null), (left.Unmounted, left.Pending, left.Drained));
        Assert.Equal(["drain"], mount.Asked);
    }

    [Fact]
    public async Task Forced_unmounting_goes_on_lazily_with_changes_left()
    {
        mount.DrainAsync = FakeMount.ForeverAsync;
        mount.Status = mount.Status with { Pending = 2 };
        var left = await Client.UnmountAsync(TimeSpan.FromMilliseconds(50), force: true, null, Cancel(Soon));
        Assert.Equal((true, 2), (left.Unmounted, left.Pending));
        Assert.Equal(["drain", "unmount lazily"], mount.Asked);
    }

    [Fact]
    public async Task A_mount_that_is_in_use_says_so()
    {
        mount.UnmountAsync = (_, _) => throw new MountException("/mnt/notes is in use.");
        Assert.Equal("/mnt/notes is in use.", (await Assert.ThrowsAsync<MountException>(() => Client.UnmountAsync(Soon, force: false, null, Cancel(Soon)))).Message);
        await Client.StatusAsync();
    }

    [Fact]
    public async Task A_fault_of_the_mount_is_an_answer_and_the_daemon_goes_on()
    {
        mount.FailStatus = true;
        Assert.Equal("The tree fell over.", (await Assert.ThrowsAsync<MountException>(() => Client.StatusAsync())).Message);
        mount.FailStatus = false;
        await Client.StatusAsync();
    }

    [Fact]
    public async Task A_daemon_that_is_about_to_end_still_gives_its_last_answer()
    {
        var begun = new TaskCompletionSource();
        mount.UnmountAsync = async (_, _) =>
        {
            begun.SetResult();
            await Task.Delay(100);
        };
        var unmounting = Client.UnmountAsync(Soon, force: false, null, Cancel(Soon));
        await begun.Task.WaitAsync(Soon);
        await server.DisposeAsync();
        Assert.True((await unmounting).Unmounted);
        Assert.Contains("does not answer at", (await Assert.ThrowsAsync<DaemonSilentException>(() => Client.StatusAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("nonsense\n")]
    [InlineData("{\"do\":17}\n")]
    [InlineData("{\"do\":null}\n")]
    [InlineData("{\"do\":\"format\"}\n")]
    [InlineData("{\"do\":\"unmount\",\"deadline_ms\":1e400}\n")]
    [InlineData("{\"do\":\"drain\"}\n{\"do\":\"drain\"}\n")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n")]
    [InlineData("\0\uFFFD\n")]
    public async Task What_is_no_request_ends_its_own_connection_alone(string sent)
    {
        await SendAsync(Encoding.UTF8.GetBytes(sent));
        Assert.Equal(mount.Status.Pid, (await Client.StatusAsync()).Pid);
    }

    [Fact]
    public async Task Random_bytes_do_not_end_the_daemon()
    {
        var chance = Chance.For(nameof(Random_bytes_do_not_end_the_daemon));
        for (var round = 0; round < 100; round++)
        {
            var bytes = new byte[chance.Next(1, 10_000)];
            chance.NextBytes(bytes);
            await SendAsync(bytes);
        }
        Assert.Equal(mount.Status.Pid, (await Client.StatusAsync()).Pid);
    }

    [Fact]
    public async Task An_unknown_request_is_answered_with_a_reason()
    {
        var answer = await SendAsync("{\"do\":\"format\"}\n"u8.ToArray());
        using var json = JsonDocument.Parse(answer);
        Assert.Equal("This daemon does not know the request 'format'; it may be older than the program that asks.", json.RootElement.GetProperty("error").GetString());
    }

    [Fact]
    public async Task Many_who_say_nothing_do_not_keep_others_out_for_long()
    {
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < 40; i++) silent.Add(await ConnectAsync());
        }
        catch (SocketException)
        {
            // More are not even let into the queue.
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }
        for (var tries = 0; ; tries++)
        {
            try
            {
                await Client.StatusAsync();
                return;
            }
            catch (DaemonSilentException) when (tries < 100)
            {
                await Task.Delay(20);
            }
        }
    }

    private static CancellationToken Cancel(TimeSpan after) => new CancellationTokenSource(after).Token;

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(registered.Socket));
        return socket;
    }

    /// <summary>Sends the bytes and the end, and reads what comes back.</summary>
    private async Task<byte[]> SendAsync(byte[] bytes)
    {
        using var socket = await ConnectAsync();
        using var stream = new NetworkStream(socket);
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answer, Cancel(Soon));
        }
        catch (Exception cut) when (cut is IOException or SocketException)
        {
            // Closed before all was read.
        }
        return answer.ToArray();
    }
}
