using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MemoryStores.Benchmarks;

/// <summary>
/// Sends requests over keep-alive connections, one at a time on each, as fast as they are answered. It parses no more of an
/// answer than its status and length, so that it takes as little as it can of the cores it shares with the server.
/// </summary>
internal static class LoadGenerator
{
    /// <summary>Answers a second, and how long the slowest took. Throws at the first answer that is not a 200.</summary>
    public static async Task<(double Rate, TimeSpan Slowest)> RunAsync(Uri url, int connections, TimeSpan time, Func<int, byte[]> request)
    {
        var (count, slowest, number) = (0L, 0L, 0);
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(url.Host), url.Port));
            var buffer = new byte[64 * 1024];
            while (Stopwatch.GetTimestamp() < until)
            {
                var sent = Stopwatch.GetTimestamp();
                await socket.SendAsync(request(Interlocked.Increment(ref number)));
                await ReceiveAsync(socket, buffer);
                Interlocked.Increment(ref count);
                Max(ref slowest, Stopwatch.GetTimestamp() - sent);
            }
        })));
        return (count / clock.Elapsed.TotalSeconds, TimeSpan.FromSeconds((double)slowest / Stopwatch.Frequency));
    }

    public static byte[] Request(string method, string path, string? body = null)
    {
        var text = new StringBuilder($"{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
        foreach (var (name, value) in Child.Headers) text.Append($"{name}: {value}\r\n");
        if (body is not null) text.Append($"content-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n");
        return Encoding.UTF8.GetBytes(text.Append("\r\n").Append(body).ToString());
    }

    private static async ValueTask ReceiveAsync(Socket socket, byte[] buffer)
    {
        var (read, need) = (0, int.MaxValue);
        while (read < need)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(read));
            if (got == 0) throw new IOException("The server closed the connection.");
            read += got;
            if (need == int.MaxValue) need = Length(buffer.AsSpan(0, read));
        }
    }

    /// <summary>How long the whole answer is, once its head is there.</summary>
    private static int Length(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return int.MaxValue;
        if (!answer.StartsWith("HTTP/1.1 200 "u8)) throw new IOException(Encoding.UTF8.GetString(answer));
        var at = answer.IndexOf("Content-Length: "u8) + "Content-Length: ".Length;
        var number = answer[at..];
        return end + 4 + int.Parse(Encoding.ASCII.GetString(number[..number.IndexOf("\r\n"u8)]));
    }

    private static void Max(ref long most, long value)
    {
        for (var seen = Interlocked.Read(ref most); value > seen; seen = Interlocked.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }
}
