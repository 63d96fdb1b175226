using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MemoryStores.Server.Listening;
using MemoryStores.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>How the server is reached: TLS with certificates that are renewed, sockets in the file system, hosts, rates.</summary>
public sealed class TransportFacts : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Data => directory.File("data");

    private string Certificate => directory.File("cert.pem");

    private string PrivateKey => directory.File("key.pem");

    public void Dispose() => directory.Dispose();

    // TLS

    [Fact]
    public async Task The_API_is_served_over_TLS()
    {
        WriteCertificate("one");
        await using var process = await ServerProcess.StartAsync(Data, "--listen", "https://127.0.0.1:0", "--tls-cert", Certificate, "--tls-key", PrivateKey);
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=one" } };
        using var api = new ApiClient(process.Url, handler: handler);

        Assert.Equal("https", process.Url.Scheme);
        (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok();
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_new_connections_while_old_ones_live_on()
    {
        WriteCertificate("old");
        var clock = new ManualTime();
        await using var app = await ServeTlsAsync(clock);
        using var first = await ConnectAsync(app);
        Assert.Equal("CN=old", first.RemoteCertificate!.Subject);
        await AskAsync(first);

        WriteCertificate("new");
        using (var soon = await ConnectAsync(app)) Assert.Equal("CN=old", soon.RemoteCertificate!.Subject);
        clock.Move(TimeSpan.FromSeconds(1));
        using var second = await ConnectAsync(app);

        Assert.Equal("CN=new", second.RemoteCertificate!.Subject);
        await AskAsync(second);
        await AskAsync(first);
    }

    [Fact]
    public async Task Half_a_renewal_leaves_the_last_good_certificate_in_use()
    {
        WriteCertificate("old");
        var clock = new ManualTime();
        await using var app = await ServeTlsAsync(clock);

        var key = File.ReadAllText(PrivateKey);
        WriteCertificate("new");
        var newKey = File.ReadAllText(PrivateKey);
        File.WriteAllText(PrivateKey, key);
        clock.Move(TimeSpan.FromSeconds(1));
        using (var half = await ConnectAsync(app)) Assert.Equal("CN=old", half.RemoteCertificate!.Subject);

        File.Delete(Certificate + ".kept");
        File.Move(Certificate, Certificate + ".kept");
        clock.Move(TimeSpan.FromSeconds(1));
        using (var gone = await ConnectAsync(app)) Assert.Equal("CN=old", gone.RemoteCertificate!.Subject);

        File.Move(Certificate + ".kept", Certificate);
        File.WriteAllText(PrivateKey, newKey);
        clock.Move(TimeSpan.FromSeconds(1));
        using var whole = await ConnectAsync(app);
        Assert.Equal("CN=new", whole.RemoteCertificate!.Subject);
    }

    [Theory]
    [InlineData("not a certificate")]
    [InlineData("")]
    public async Task A_certificate_that_cannot_be_used_ends_the_start_with_its_name(string text)
    {
        WriteCertificate("one");
        File.WriteAllText(Certificate, text);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ServerProcess.StartAsync(Data, "--listen", "https://127.0.0.1:0", "--tls-cert", Certificate, "--tls-key", PrivateKey));

        Assert.Contains(Certificate, refused.Message, StringComparison.Ordinal);
    }

    // Sockets in the file system

    [Fact]
    public async Task The_API_is_served_on_a_socket_for_its_owner_alone()
    {
        var socket = directory.File("s");
        await using (var process = await ServerProcess.StartAsync(Data, "--listen", "unix:" + socket))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
            using var api = OnSocket(socket);
            (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok();
            Assert.Equal(0, await process.StopAsync());
        }
        Assert.False(File.Exists(socket));
    }

    [Fact]
    public async Task A_socket_that_a_killed_server_left_is_taken_over()
    {
        var socket = directory.File("s");
        await using (var process = await ServerProcess.StartAsync(Data, "--listen", "unix:" + socket)) await process.KillAsync();
        Assert.True(File.Exists(socket));

        await using var next = await ServerProcess.StartAsync(Data, "--listen", "unix:" + socket);
        using var api = OnSocket(socket);
        (await api.GetAsync(ApiClient.Stores)).Ok();
    }

    [Fact]
    public async Task A_socket_in_use_and_a_file_that_is_none_are_left_alone()
    {
        var socket = directory.File("s");
        await using var process = await ServerProcess.StartAsync(Data, "--listen", "unix:" + socket);
        var used = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(directory.File("other"), "--listen", "unix:" + socket));
        Assert.Contains("in use", used.Message, StringComparison.Ordinal);
        using var api = OnSocket(socket);
        (await api.GetAsync(ApiClient.Stores)).Ok();

        File.WriteAllText(directory.File("notes"), "mine");
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.StartAsync(directory.File("other"), "--listen", "unix:" + directory.File("notes")));
        Assert.Equal("mine", File.ReadAllText(directory.File("notes")));
    }

    // Hosts

    [Fact]
    public async Task On_loopback_a_host_that_this_machine_is_not_is_refused_before_anything_else()
    {
        await using var process = await ServerProcess.StartAsync(Data);
        foreach (var host in new[] { "evil.example", "evil.example:7878", "192.168.1.5", "localhost.evil.example", "0.0.0.0", "[fe80::1]" })
        {
            foreach (var path in new[] { "/healthz", "/v1/memory_stores", "/nowhere" })
            {
                var answer = await RawConnection.AskAsync(process.Url, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nx-api-key: {ServerProcess.Key}\r\n\r\n");
                answer.Refused(421, "invalid_request_error");
            }
        }
        foreach (var host in new[] { "localhost", "localhost:1", "127.0.0.1", "127.0.0.1:99", "127.9.9.9", "[::1]:7878" })
            (await RawConnection.AskAsync(process.Url, $"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n")).Ok();
    }

    [Fact]
    public async Task Behind_a_name_of_its_own_any_host_is_served()
    {
        await using var process = await ServerProcess.StartAsync(Data, "--listen", "http://0.0.0.0:0", "--insecure-http");
        var url = new Uri($"http://127.0.0.1:{process.Url.Port}");

        (await RawConnection.AskAsync(url, "GET /healthz HTTP/1.1\r\nHost: memories.example\r\n\r\n")).Ok();
    }

    // Rates

    [Fact]
    public async Task A_workspace_that_is_too_fast_is_told_when_to_come_back_and_others_go_on()
    {
        await using var process = await ServerProcess.StartAsync(Data, "--rate-create", "2", "--rate-read", "3");
        using var api = new ApiClient(process.Url);
        using var other = new ApiClient(process.Url, (await api.PostAsync("/ext/v1/keys", new { name = "x", role = "write", workspace = "other" })).Ok().Text("key"));
        (await api.PostAsync(ApiClient.Stores, new { name = "A store" })).Ok();

        var refused = await api.PostAsync(ApiClient.Stores, new { name = "One more" });
        refused.Refused(429, "rate_limit_error");
        Assert.Equal("30", refused.Header("retry-after"));
        (await api.PostTextAsync(ApiClient.Stores, "not JSON")).Refused(429, "rate_limit_error");

        for (var i = 0; i < 3; i++) (await api.GetAsync(ApiClient.Stores)).Ok();
        Assert.Equal("20", Assert.IsType<Answer>(await api.GetAsync(ApiClient.Stores)).Header("retry-after"));
        (await api.GetAsync("/healthz")).Ok();
        (await other.PostAsync(ApiClient.Stores, new { name = "Theirs" })).Ok();
        (await other.GetAsync(ApiClient.Stores)).Ok();
    }

    private static ApiClient OnSocket(string path) => new(new Uri("http://localhost"), handler: new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private async Task<WebApplication> ServeTlsAsync(ManualTime clock)
    {
        var address = new ListenAddress.Tcp(IPAddress.Loopback, 0, Certificate, PrivateKey);
        var reloading = new ReloadingCertificate(Certificate, PrivateKey, clock, NullLogger.Instance);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listener.Configure(kestrel, address, () => reloading));
        var app = builder.Build();
        app.Run(http => http.Response.WriteAsync("here"));
        await app.StartAsync();
        return app;
    }

    private static async Task<SslStream> ConnectAsync(WebApplication app)
    {
        var url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, url.Port);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        });
        return stream;
    }

    private static async Task AskAsync(SslStream stream)
    {
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        var answer = new StringBuilder();
        var buffer = new byte[1_024];
        while (!answer.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            Assert.True(read > 0, $"The connection ended: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        Assert.StartsWith("HTTP/1.1 200", answer.ToString(), StringComparison.Ordinal);
    }

    private void WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(PrivateKey, key.ExportPkcs8PrivateKeyPem());
    }
}
