using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>
/// A server that answers every request with the same bytes and remembers what it was sent: for what the real one never does.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    public const string EmptyPage = """{"data":[],"next_page":null}""";

    private readonly Socket listener;
    private readonly string answer;
    private readonly X509Certificate2? certificate;
    private readonly Task serving;

    public List<string> Requests { get; } = [];

    /// <summary>Asked before each answer is sent.</summary>
    public Func<Task> BeforeAnswer { get; init; } = () => Task.CompletedTask;

    public int Port => ((IPEndPoint)listener.LocalEndPoint!).Port;

    public FakeServer(string answer, string? socket = null, X509Certificate2? certificate = null)
    {
        (this.answer, this.certificate) = (answer, certificate);
        EndPoint at = socket is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(socket);
        listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(at);
        listener.Listen();
        serving = ServeAsync();
    }

    public static string Answer(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} X\r\n{headers}content-type: application/json\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\nconnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync();
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                return;
            }
            try
            {
                await AnswerAsync(new NetworkStream(socket, ownsSocket: true));
            }
            catch (Exception gone) when (gone is IOException or System.Security.Authentication.AuthenticationException)
            {
                // A client that hung up.
            }
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        await using var _ = stream;
        if (certificate is not null)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(certificate);
            stream = secure;
        }
        var read = new StringBuilder();
        var buffer = new byte[4_096];
        while (!read.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var count)
            read.Append(Encoding.UTF8.GetString(buffer, 0, count));
        // A client that does not trust the certificate says nothing.
        if (read.Length == 0) return;
        lock (Requests) Requests.Add(read.ToString());
        await BeforeAnswer();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        await stream.FlushAsync();
    }
}
