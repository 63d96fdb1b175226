using System.Globalization;
using System.Text;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>
/// Bytes that are no HTTP, or only almost: a good request taken and broken. Each goes over a connection of its own, since
/// nobody can say how many requests are in it; a good request that closes it comes behind, so that few are waited for.
/// </summary>
internal static class BrokenHttp
{
    private static readonly string[] RequestLines =
    [
        "GET /healthz HTTP/0.9", "GET /healthz HTTP/1.0", "GET /healthz HTTP/2.0", "GET /healthz HTTP/9", "GET /healthz http/1.1", "GET /healthz", "GET",
        "", " ", "GET  /healthz HTTP/1.1", "GET /healthz  HTTP/1.1", " GET /healthz HTTP/1.1", "GET /healthz HTTP/1.1 ", "GET\t/healthz\tHTTP/1.1",
        "GET healthz HTTP/1.1", "GET * HTTP/1.1", "OPTIONS * HTTP/1.1", "GET http://127.0.0.1/healthz HTTP/1.1", "GET http://elsewhere.example/v1 HTTP/1.1",
        "GET ftp:// HTTP/1.1", "GET http://[::1/ HTTP/1.1", "CONNECT 127.0.0.1:80 HTTP/1.1", "CONNECT /healthz HTTP/1.1", "G\0T /healthz HTTP/1.1", "GÄT /healthz HTTP/1.1",
        "GET /\u00ff HTTP/1.1", "GET /a b HTTP/1.1", "GET /%00 HTTP/1.1", "GET /\0 HTTP/1.1", "PRI * HTTP/2.0", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003",
        "GET /healthz HTTP/1.1\rx: y", "POST /v1/memory_stores HTTP/1.1\nhost: a",
    ];

    private static readonly string[] HeaderLines =
    [
        "content-length: -1", "content-length: +5", "content-length: 0x10", "content-length: 5, 5", "content-length: 5, 6", "content-length: 99999999999999999999",
        "content-length:", "content-length: 9223372036854775807", "content-length: 5000000", "content-length: 1e3", "transfer-encoding: chunked", "transfer-encoding: gzip",
        "transfer-encoding: chunked, chunked", "transfer-encoding: xchunked", "transfer-encoding: chunked\r\ncontent-length: 3", "transfer-encoding: identity",
        "host: elsewhere.example", "host: a, b", "host: [::1", "host: a b", "host: 127.0.0.1:99999", "host:", "host: @", "host: ::", "no colon here", ": no name", "name : space",
        "na\0me: x", "name: x\0y", "näme: x", "name: \u00e4\u00ff", "x: y\r\n folded", "x: y\rz", " x: leading space", "(x): y", "expect: 100-continue\r\ncontent-length: 7",
        "connection: close", "connection: keep-alive, close", "upgrade: websocket\r\nconnection: upgrade", "anthropic-beta: \u00ff\u00fe",
    ];

    private static readonly string[] ChunkStreams =
    [
        "zz\r\n{}\r\n0\r\n\r\n", "ffffffffffffffff\r\n{}", "-1\r\n", "2\r\n{}0\r\n\r\n", "2\n{}\n0\n\n", "2;\r\n{}\r\n0\r\n\r\n", "2 \r\n{}\r\n0\r\n\r\n",
        "\r\n", "1\r\n{}\r\n", "0\r\nx: y", "0\r\n\0\r\n\r\n", "00000000000000000002\r\n{}\r\n0\r\n\r\n", "2;" + "\u00ff=\0" + "\r\n{}\r\n0\r\n\r\n", "0x2\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0\r\nno colon\r\n\r\n",
    ];

    private static readonly byte[] Last = Latin1("\r\n\r\nGET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");

    public static byte[] Of(Dice dice, HostileRequest good) => [.. Broken(dice, good), .. Last];

    private static byte[] Broken(Dice dice, HostileRequest good)
    {
        var bytes = good.Bytes;
        var lineEnd = bytes.AsSpan().IndexOf("\r\n"u8);
        var headEnd = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 2;
        switch (dice.Below(12))
        {
            case 0:
                return bytes[..dice.Below(bytes.Length)];
            case 1 or 2:
                for (var flips = 1 + dice.Below(6); flips > 0; flips--) bytes[dice.Below(headEnd)] = (byte)dice.Below(256);
                return bytes;
            case 3 or 4:
                return [.. Latin1(dice.Pick<string>(RequestLines)), .. bytes[lineEnd..]];
            case 5 or 6:
                return [.. bytes[..(lineEnd + 2)], .. Latin1(dice.Pick<string>(HeaderLines) + "\r\n"), .. bytes[(lineEnd + 2)..]];
            case 7:
                return [.. bytes[..headEnd], .. Latin1("transfer-encoding: chunked\r\n\r\n" + dice.Pick<string>(ChunkStreams))];
            case 8:
                var many = Enumerable.Range(0, 90 + dice.Below(40)).Select(i => string.Create(CultureInfo.InvariantCulture, $"x-{i}: y\r\n"));
                return [.. bytes[..headEnd], .. Latin1(string.Concat(many)), .. bytes[headEnd..]];
            case 9:
                return Latin1(Encoding.Latin1.GetString(bytes).Replace("\r\n", dice.Pick<string>(["\n", "\r", "\r\r\n", "\n\r"]), StringComparison.Ordinal));
            case 10:
                return dice.Bytes(1 + dice.Below(3_000));
            default:
                var at = dice.Below(bytes.Length);
                return [.. bytes[..at], .. dice.Bytes(1 + dice.Below(20)), .. bytes[at..]];
        }
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
