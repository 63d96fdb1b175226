using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace MemoryStores.Mount.Control;

/// <summary>
/// Answers the verbs for one mount, at a unix socket that only its user and root may ask. Whatever comes in, the daemon goes on:
/// a request is one line, bounded in size and time, and a fault ends its own connection alone.
/// </summary>
public sealed class ControlServer : IAsyncDisposable
{
    private const int LongestRequest = 4096;
    private const int MostConnections = 16;
    private const int Backlog = 16;

    // A person does not write these by hand: what takes longer is stuck, or means no good.
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    // Descriptors may be short for a moment.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    // More often a terminal cannot show it.
    private static readonly TimeSpan ProgressPace = TimeSpan.FromMilliseconds(50);

    // An unmount is answered by a daemon that is about to end.
    private static readonly TimeSpan LastAnswersTime = TimeSpan.FromSeconds(2);

    private readonly Socket listener;
    private readonly MountControls mount;
    private readonly CancellationTokenSource ending = new();
    private readonly ConcurrentDictionary<Task, byte> connections = new();
    private readonly Task accepting;

    private ControlServer(Socket listener, MountControls mount)
    {
        (this.listener, this.mount) = (listener, mount);
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The path is of a <see cref="MountClaim"/>, in a directory that is closed to others: what stands there is a dead daemon's.</summary>
    public static ControlServer Start(string path, MountControls mount)
    {
        File.Delete(path);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            listener.Listen(Backlog);
            return new ControlServer(listener, mount);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Takes no more requests; those under way get a moment for their last line.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ending.IsCancellationRequested) return;
        ending.CancelAfter(LastAnswersTime);
        listener.Dispose();
        await accepting;
        await Task.WhenAll(connections.Keys);
        await ending.CancelAsync();
        ending.Dispose();
    }

    internal static bool MayAsk(uint peer, uint owner) => peer == owner || peer == 0;

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket peer;
            try
            {
                peer = await listener.AcceptAsync(ending.Token);
            }
            catch (Exception closed) when (closed is ObjectDisposedException or OperationCanceledException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(AcceptPause, CancellationToken.None);
                continue;
            }
            if (connections.Count >= MostConnections)
            {
                peer.Dispose();
                continue;
            }
            var serving = Task.Run(() => ServeAsync(peer));
            connections.TryAdd(serving, 0);
            _ = serving.ContinueWith(done => connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        using var stream = new NetworkStream(peer, ownsSocket: true);
        try
        {
            if (!MayAsk(PeerUser(peer), LibC.EffectiveUser())) return;
            var answer = await ReadRequestAsync(stream) is { } request
                ? await AnswerAsync(request, stream)
                : new ControlAnswer { Error = $"A request is one line of JSON of at most {LongestRequest} bytes." };
            await WriteAsync(stream, answer);
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Who asked is gone, or does not read.
        }
    }

    /// <summary>The user at the other end, as the kernel noted it when the connection was made: struct ucred is pid, uid, gid.</summary>
    private static uint PeerUser(Socket peer)
    {
        const int socketLevel = 1, peerCredentials = 17;
        Span<byte> credentials = stackalloc byte[12];
        peer.GetRawSocketOption(socketLevel, peerCredentials, credentials);
        return BitConverter.ToUInt32(credentials[4..]);
    }

    /// <summary>Null for what is no request.</summary>
    private async Task<ControlRequest?> ReadRequestAsync(NetworkStream stream)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        time.CancelAfter(RequestTime);
        var (buffer, length) = (new byte[LongestRequest], 0);
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), time.Token);
            if (read == 0) return null;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf((byte)'\n') is not (>= 0 and var end)) continue;
            try
            {
                return JsonSerializer.Deserialize(buffer.AsSpan(0, end), ControlJson.Wire.ControlRequest);
            }
            catch (JsonException)
            {
                return null;
            }
        }
        return null;
    }

    private async Task<ControlAnswer> AnswerAsync(ControlRequest request, NetworkStream stream)
    {
        try
        {
            return request.Do switch
            {
                "status" => new ControlAnswer { Status = mount.Status() },
                "drain" => new ControlAnswer { Drained = await WithProgressAsync(stream, mount.DrainAsync) },
                "drafts" => new ControlAnswer { Drafts = mount.Drafts() },
                "draft" => new ControlAnswer { Draft = mount.DraftContent(request.Draft ?? "") is { } content ? new DraftAnswer(true, content) : new DraftAnswer(false, null) },
                "discard" => new ControlAnswer { Draft = new DraftAnswer(await mount.DiscardDraftAsync(request.Draft ?? ""), null) },
                "unmount" => new ControlAnswer
                {
                    Left = await WithProgressAsync(stream, (pending, gone) => Leaving.RunAsync(mount, DrainTime(request), request.Force, pending, gone)),
                },
                var other => new ControlAnswer { Error = $"This daemon does not know the request '{other}'; it may be older than the program that asks." },
            };
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            // Whatever went wrong, it is told, and the mount goes on.
            return new ControlAnswer { Error = failed.Message };
        }
    }

    private static TimeSpan DrainTime(ControlRequest request) => TimeSpan.FromMilliseconds(Math.Clamp(request.DeadlineMs ?? 0, 0, int.MaxValue));

    /// <summary>Tells how many changes are still to go while the work runs, and ends the work when nobody listens any more.</summary>
    private async Task<T> WithProgressAsync<T>(NetworkStream stream, Func<Action<int>, CancellationToken, Task<T>> work)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var latest = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var listening = WatchPeerAsync(stream, over);
        var telling = TellAsync(stream, latest.Reader, over);
        try
        {
            return await work(pending => latest.Writer.TryWrite(pending), over.Token);
        }
        finally
        {
            latest.Writer.TryComplete();
            await telling;
            await over.CancelAsync();
            await listening;
        }
    }

    private static async Task WatchPeerAsync(NetworkStream stream, CancellationTokenSource over)
    {
        var unexpected = new byte[1];
        try
        {
            // One request was all there is: what comes now is the end, or nonsense.
            _ = await stream.ReadAsync(unexpected, over.Token);
            await over.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The work was done first.
        }
        catch (IOException)
        {
            await over.CancelAsync();
        }
    }

    private static async Task TellAsync(NetworkStream stream, ChannelReader<int> latest, CancellationTokenSource over)
    {
        int? told = null;
        try
        {
            await foreach (var pending in latest.ReadAllAsync(over.Token))
            {
                if (pending == told) continue;
                await WriteAsync(stream, new ControlAnswer { Pending = pending });
                told = pending;
                if (!latest.Completion.IsCompleted) await Task.Delay(ProgressPace, over.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            await over.CancelAsync();
        }
    }

    private static async Task WriteAsync(NetworkStream stream, ControlAnswer answer)
    {
        using var time = new CancellationTokenSource(AnswerTime);
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(answer, ControlJson.Wire.ControlAnswer), (byte)'\n'];
        await stream.WriteAsync(line, time.Token);
    }
}
