using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>An answer as it came; <see cref="Closes"/> when the server said that nothing follows on this connection.</summary>
internal sealed record HostileAnswer(int Status, string? RequestId, string? ContentType, bool Closes, ReadOnlyMemory<byte> Body);

/// <summary>A connection that sends several requests before it reads, and reads answers by the letter of HTTP/1.1.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) 
    {
        NoDelay = true,
        LingerState = new LingerOption(true, 0), // A million connections would else wait about as TIME_WAIT.
    };
    private byte[] received = new byte[64 * 1024];
    private int start;
    private int end;

    public static async Task<Connection> OpenAsync(Uri url)
    {
        var connection = new Connection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, url.Port);
        return connection;
    }

    /// <summary>Sends while the caller already reads: a server that answers early would else wait for us, and we for it.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
        }
        catch (SocketException closed) when (closed.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.OperationAborted)
        {
            // The server had enough. What it answered before is still to be read.
        }
    }

    /// <summary>Everything sent, and all that comes back until the server closes, or until it is plain that it waits for more.</summary>
    public async Task<byte[]> ExchangeAsync(byte[] bytes, TimeSpan patience)
    {
        using var waiting = new CancellationTokenSource(patience);
        var sending = SendAsync(bytes);
        try
        {
            while (await FillAsync(waiting.Token)) waiting.CancelAfter(patience);
        }
        catch (OperationCanceledException)
        {
            // A request that does not end is not answered.
        }
        socket.Close();
        try
        {
            await sending;
        }
        catch (ObjectDisposedException)
        {
            // What it was still sending is of no interest any more.
        }
        return received.AsSpan(start, end - start).ToArray();
    }

    /// <summary>The next answer; null when the server closed instead.</summary>
    public async Task<HostileAnswer?> ReadAsync(bool withoutBody)
    {
        while (true)
        {
            if (TryTake(received.AsMemory(start, end - start), withoutBody, out var answer, out var taken))
            {
                start += taken;
                // 100 Continue announces the answer and is none.
                if (answer.Status >= 200) return answer;
            }
            else if (!await FillAsync())
            {
                return end == start
                    ? null
                    : throw new InvalidDataException($"The connection ended inside an answer: {Encoding.Latin1.GetString(received, start, end - start)}");
            }
        }
    }

    /// <summary>Takes an answer from the beginning of the bytes, when all of it is there.</summary>
    public static bool TryTake(ReadOnlyMemory<byte> bytes, bool withoutBody, out HostileAnswer answer, out int taken)
    {
        (answer, taken) = (null!, 0);
        var headEnd = bytes.Span.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0) return false;
        var lines = Encoding.Latin1.GetString(bytes.Span[..headEnd]).Split("\r\n");
        if (!lines[0].StartsWith("HTTP/1.1 ", StringComparison.Ordinal)) throw new InvalidDataException($"This is no status line: {lines[0]}");
        var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).ToLookup(parts => parts[0].ToLowerInvariant(), parts => parts[1].Trim());
        var length = status < 200 || withoutBody ? 0 : int.Parse(headers["content-length"].Single(), CultureInfo.InvariantCulture);
        taken = headEnd + 4 + length;
        if (taken > bytes.Length) return false;
        answer = new HostileAnswer(
            status, headers["request-id"].SingleOrDefault(), headers["content-type"].SingleOrDefault(),
            headers["connection"].Contains("close"), bytes.Slice(headEnd + 4, length).ToArray());
        return true;
    }

    public void Dispose()
    {
        socket.Dispose();
    }

    private async Task<bool> FillAsync(CancellationToken stop = default)
    {
        if (start == end) (start, end) = (0, 0);
        if (end == received.Length)
        {
            var grown = start > received.Length / 2 ? received : new byte[received.Length * 2];
            Buffer.BlockCopy(received, start, grown, 0, end - start);
            (received, start, end) = (grown, 0, end - start);
        }
        try
        {
            var more = await socket.ReceiveAsync(received.AsMemory(end), stop);
            end += more;
            return more > 0;
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }
}
