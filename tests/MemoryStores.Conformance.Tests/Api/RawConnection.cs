using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>A connection on which a test writes whatever bytes it likes, and reads answers by the letter of HTTP/1.1.</summary>
public sealed class RawConnection : IDisposable
{
    private readonly TcpClient client;
    private readonly BufferedStream stream;

    private RawConnection(TcpClient client) => (this.client, stream) = (client, new BufferedStream(client.GetStream(), 16_384));

    public static async Task<RawConnection> OpenAsync(Uri url)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port);
        return new RawConnection(client);
    }

    /// <summary>A connection, this text of Latin-1 on it, and the answer.</summary>
    public static async Task<Answer> AskAsync(Uri url, string text)
    {
        using var connection = await OpenAsync(url);
        await connection.SendAsync(text);
        return await connection.ReadAsync();
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await client.GetStream().WriteAsync(bytes);
        await client.GetStream().FlushAsync();
    }

    /// <summary>The next answer; the body by its content-length.</summary>
    public async Task<Answer> ReadAsync()
    {
        var (status, headers) = await ReadHeadAsync();
        var body = new byte[int.Parse(headers["content-length"], CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body);
        return new Answer(status, headers, Encoding.UTF8.GetString(body));
    }

    public async Task<(int Status, IReadOnlyDictionary<string, string> Headers)> ReadHeadAsync()
    {
        var status = await LineAsync();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync() is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(line[..colon], line[(colon + 1)..].Trim());
        }
        return (int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), headers);
    }

    /// <summary>The lines up to this one, of a body that has no end yet.</summary>
    public async Task<List<string>> ReadToAsync(string last)
    {
        var lines = new List<string>();
        do lines.Add(await LineAsync());
        while (lines[^1] != last);
        return lines;
    }

    public void Dispose()
    {
        stream.Dispose();
        client.Dispose();
    }

    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        throw new EndOfStreamException($"The connection ended inside a line: '{line}'");
    }
}
