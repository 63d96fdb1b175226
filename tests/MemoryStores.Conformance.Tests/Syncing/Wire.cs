using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>
/// The way to a server, at an address that stays: it can be led to another process, be cut, and lose the answers to commits
/// that have landed.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock gate = new();
    private readonly HashSet<TcpClient> open = [];
    private readonly Task serving;
    private int answersToLose;

    public Wire(Uri server)
    {
        Server = server;
        listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Where it leads; null while it leads nowhere.</summary>
    public Uri? Server { get; set; }

    public int AnswersLost { get; private set; }

    /// <summary>The answers to the next commits are not handed on: their connections break.</summary>
    public void LoseAnswers(int count) => Volatile.Write(ref answersToLose, count);

    public void Cut()
    {
        Server = null;
        lock (gate)
        {
            foreach (var client in open) client.Close();
            open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        listener.Stop();
        await serving;
        listener.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync();
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = CarryAsync(client);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var upstream = new TcpClient();
        try
        {
            if (Server is not { } server) return;
            await upstream.ConnectAsync(server.Host, server.Port);
            lock (gate)
            {
                open.Add(client);
                open.Add(upstream);
            }
            var isCommit = false;
            var there = PumpAsync(client, upstream, bytes =>
            {
                var head = Encoding.Latin1.GetString(bytes.Span[..Math.Min(bytes.Length, 200)]);
                if (head.Contains(" HTTP/1.1", StringComparison.Ordinal)) isCommit = head.StartsWith("POST ", StringComparison.Ordinal) && head.Contains("/commits ", StringComparison.Ordinal);
                return true;
            });
            var back = PumpAsync(upstream, client, _ =>
            {
                if (!isCommit || Volatile.Read(ref answersToLose) == 0) return true;
                Interlocked.Decrement(ref answersToLose);
                AnswersLost++;
                return false;
            });
            await Task.WhenAny(there, back);
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
        {
            // The other end finds out by its connection.
        }
        finally
        {
            client.Close();
            lock (gate)
            {
                open.Remove(client);
                open.Remove(upstream);
            }
        }
    }

    private static async Task PumpAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> pass)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var length && pass(buffer.AsMemory(0, length))) await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other end finds out by its connection.
        }
    }
}
