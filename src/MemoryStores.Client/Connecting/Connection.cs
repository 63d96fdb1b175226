using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MemoryStores.Contract;

namespace MemoryStores.Client;

/// <summary>How a client reaches its server, and as whom.</summary>
public sealed record Connection(ServerAddress Server, string? Key)
{
    // A machine that is there accepts within a round trip; longer only keeps a person waiting.
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <summary>Certificates to trust for https instead of the machine's own.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>The longest wait for one answer. An erasure may take the server 25 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a stream may be silent before its server is taken for gone. A server's heart beats every 5 seconds.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(Limits.FeedSilenceSeconds);

    public string UserAgent { get; init; } = "memstores-client";

    internal HttpMessageHandler MakeHandler()
    {
        var handler = new SocketsHttpHandler
        {
            // The key goes to the configured server and nowhere else: not where a redirect points, and not in clear to a proxy.
            AllowAutoRedirect = false,
            UseProxy = Server.SocketPath is null && Server.BaseUrl.Scheme == Uri.UriSchemeHttps,
            UseCookies = false,
            ConnectTimeout = ConnectTime,
        };
        if (Server.SocketPath is { } path) handler.ConnectCallback = (_, stop) => ConnectAsync(path, stop);
        if (TrustedRoots is not null) handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(TrustedRoots) };
        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static X509ChainPolicy Trusting(X509Certificate2Collection roots)
    {
        // A private authority seldom publishes revocations, and a client that asks for them would leave the machine.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
