using System.Net.Sockets;
using System.Text.Json;

namespace MemoryStores.Mount.Control;

/// <summary>The daemon of a mount does not answer, or ended before it did.</summary>
public sealed class DaemonSilentException(string message) : Exception(message);

/// <summary>
/// Asks the daemon of one mount. What it refuses is thrown as <see cref="MountException"/>, silence as
/// <see cref="DaemonSilentException"/>.
/// </summary>
public sealed class ControlClient(RegisteredMount mount)
{
    // The content of a draft in base64; ten thousand drafts with their reasons.
    private const int LongestAnswer = 16 * 1024 * 1024;

    // A daemon answers a status from memory.
    private static readonly TimeSpan StatusTime = TimeSpan.FromSeconds(2);

    public async Task<MountStatus> StatusAsync(CancellationToken stop = default)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(StatusTime);
        try
        {
            var answer = await AskAsync(new ControlRequest { Do = "status" }, null, time.Token);
            return answer.Status ?? throw Strange();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new DaemonSilentException($"Process {mount.Entry.Pid} has not answered within {StatusTime.TotalSeconds:0} s.");
        }
    }

    /// <summary>Waits as long as it takes; that is for <paramref name="stop"/> to say.</summary>
    public async Task<DrainOutcome> DrainAsync(Action<int>? pending, CancellationToken stop) =>
        (await AskAsync(new ControlRequest { Do = "drain" }, pending, stop)).Drained ?? throw Strange();

    public async Task<LeaveOutcome> UnmountAsync(TimeSpan drainTime, bool force, Action<int>? pending, CancellationToken stop) =>
        (await AskAsync(new ControlRequest { Do = "unmount", DeadlineMs = (long)drainTime.TotalMilliseconds, Force = force }, pending, stop)).Left ?? throw Strange();

    public async Task<IReadOnlyList<DraftEntry>> DraftsAsync(CancellationToken stop = default) =>
        (await AskAsync(new ControlRequest { Do = "drafts" }, null, stop)).Drafts ?? throw Strange();

    /// <summary>Null when the mount has no draft of this id.</summary>
    public async Task<byte[]?> DraftContentAsync(string id, CancellationToken stop = default) =>
        (await AskAsync(new ControlRequest { Do = "draft", Draft = id }, null, stop)).Draft?.Content;

    /// <summary>False when the mount has no draft of this id.</summary>
    public async Task<bool> DiscardDraftAsync(string id, CancellationToken stop = default) =>
        (await AskAsync(new ControlRequest { Do = "discard", Draft = id }, null, stop)).Draft?.Found ?? throw Strange();

    private async Task<ControlAnswer> AskAsync(ControlRequest request, Action<int>? pending, CancellationToken stop)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(mount.Socket), stop);
            using var stream = new NetworkStream(socket, ownsSocket: false);
            byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(request, ControlJson.Wire.ControlRequest), (byte)'\n'];
            await stream.WriteAsync(line, stop);
            var rest = new List<byte>();
            while (await ReadLineAsync(stream, rest, stop) is { } answered)
            {
                var answer = JsonSerializer.Deserialize(answered, ControlJson.Wire.ControlAnswer) ?? throw Strange();
                if (answer.Error is { } error) throw new MountException(error);
                if (answer.Pending is not { } left) return answer;
                pending?.Invoke(left);
            }
            throw new DaemonSilentException($"Process {mount.Entry.Pid} ended the conversation before it answered.");
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            throw new DaemonSilentException($"Process {mount.Entry.Pid} does not answer at {mount.Socket}: {broken.Message}");
        }
        catch (JsonException)
        {
            throw Strange();
        }
    }

    private DaemonSilentException Strange() => new($"Process {mount.Entry.Pid} answers with something else; it may be of another version than this program.");

    /// <summary>The next line; what was read behind it waits in <paramref name="rest"/>. Null at the end.</summary>
    private static async Task<byte[]?> ReadLineAsync(NetworkStream stream, List<byte> rest, CancellationToken stop)
    {
        var buffer = new byte[4096];
        while (true)
        {
            if (rest.IndexOf((byte)'\n') is >= 0 and var end)
            {
                byte[] line = [.. rest[..end]];
                rest.RemoveRange(0, end + 1);
                return line;
            }
            if (rest.Count > LongestAnswer) throw new IOException("its answer has no end");
            var read = await stream.ReadAsync(buffer, stop);
            if (read == 0) return null;
            rest.AddRange(buffer.AsSpan(0, read));
        }
    }
}
