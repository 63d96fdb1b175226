using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>How the program reaches a server, and what it keeps from others.</summary>
public sealed class ConnectionFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    [Fact]
    public async Task Exit_codes_tell_scripts_what_went_wrong_and_one_line_tells_people()
    {
        var cases = new (int Code, string[] Words)[]
        {
            (0, ["store", "list"]),
            (2, ["store", "lst"]),
            (2, ["store", "list", "--limit", "0"]),
            (3, ["store", "get", "memstore_01aaaaaaaaaaaaaaaaaaaaaa"]),
            (5, ["store", "list", "--key", "wrong-key"]),
            (6, ["store", "list", "--url", "http://127.0.0.1:1", "--key", "x"]),
            (6, ["store", "list", "--url", "unix:/nonexistent", "--key", "x"]),
        };
        foreach (var (code, words) in cases)
        {
            var run = await program.RunAsync(words);
            Assert.True(run.ExitCode == code, $"{string.Join(' ', words)}: {run.ExitCode}, {run.Error}");
            if (code > 0) Assert.Matches(@"\Amemstores: [^\n]+\n\z", run.Error);
        }
        Assert.DoesNotContain("request id", (await program.RunAsync("store", "get", "memstore_x")).Error, StringComparison.Ordinal);
        Assert.Contains("(request id req_", (await program.RunAsync("store", "get", "memstore_x", "-v")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_not_sent_to_another_host_by_url_or_by_redirect()
    {
        await using var other = new FakeServer(FakeServer.Answer(200, FakeServer.EmptyPage));
        var strange = await program.RunAsync("store", "list", "--url", $"http://127.0.0.1:{other.Port}");
        Assert.Equal(2, strange.ExitCode);
        Assert.Empty(other.Requests);

        await using var redirecting = new FakeServer(FakeServer.Answer(307, "", $"location: http://127.0.0.1:{other.Port}/v1/memory_stores\r\n"));
        var redirected = await program.RunAsync("store", "list", "--url", $"http://127.0.0.1:{redirecting.Port}", "--key", "mine");
        Assert.Equal(1, redirected.ExitCode);
        Assert.Single(redirecting.Requests);
        Assert.Empty(other.Requests);

        // Nor to a proxy, which would read it on its way.
        var start = program.Start("store", "list");
        var proxied = await ProgramRun.RunAsync(start with { Variables = new Dictionary<string, string>(start.Variables) { ["HTTP_PROXY"] = $"http://127.0.0.1:{other.Port}", ["http_proxy"] = $"http://127.0.0.1:{other.Port}" } });
        Assert.Equal(0, proxied.ExitCode);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task The_admin_key_of_the_directory_and_the_foreign_pair_go_where_they_belong()
    {
        await using var foreign = new FakeServer(FakeServer.Answer(200, FakeServer.EmptyPage));
        var pair = new Dictionary<string, string> { ["ANTHROPIC_BASE_URL"] = $"http://127.0.0.1:{foreign.Port}", ["ANTHROPIC_API_KEY"] = "foreign-key" };
        Assert.Equal(0, (await ProgramRun.RunAsync(program.Start("store", "list") with { Variables = pair })).ExitCode);
        Assert.Contains("x-api-key: foreign-key\r\n", foreign.Requests.Single(), StringComparison.Ordinal);

        pair["MEMSTORES_URL"] = $"http://127.0.0.1:{foreign.Port}";
        Assert.Equal(2, (await ProgramRun.RunAsync(program.Start("store", "list") with { Variables = pair })).ExitCode);
        Assert.Single(foreign.Requests);
    }

    [Fact]
    public async Task A_socket_of_the_machine_is_a_server_too()
    {
        var socket = program.Directory.File("s.sock");
        await using var server = new FakeServer(FakeServer.Answer(200, FakeServer.EmptyPage), socket);
        var run = await program.RunAsync("store", "list", "--json", "--url", "unix:" + socket, "--key", "k");
        Assert.Equal((0, FakeServer.EmptyPage + "\n"), (run.ExitCode, run.Text));
    }

    [Fact]
    public async Task A_private_authority_is_trusted_when_its_file_is_given_and_not_otherwise()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=memstores test authority", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        using var certificate = issued.CopyWithPrivateKey(serverKey);
        await File.WriteAllTextAsync(program.Directory.File("ca.pem"), root.ExportCertificatePem());
        await File.WriteAllTextAsync(program.Directory.File("empty.pem"), "nothing\n");

        await using var server = new FakeServer(FakeServer.Answer(200, FakeServer.EmptyPage), certificate: certificate);
        string[] list = ["store", "list", "--json", "--key", "k", "--url", $"https://127.0.0.1:{server.Port}"];
        var trusted = await program.RunAsync([.. list, "--ca-file", program.Directory.File("ca.pem")]);
        Assert.True(trusted.ExitCode == 0, trusted.Error);
        var distrusted = await program.RunAsync(list);
        Assert.Equal(6, distrusted.ExitCode);
        Assert.Contains("certificate is not trusted", distrusted.Error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        Assert.Equal(2, (await program.RunAsync([.. list, "--ca-file", program.Directory.File("empty.pem")])).ExitCode);
        Assert.Equal(2, (await program.RunAsync([.. list, "--ca-file", program.Directory.File("absent.pem")])).ExitCode);
    }

    [Fact]
    public async Task A_server_without_commits_is_written_to_by_the_official_endpoints()
    {
        await using var plain = new OfficialOnly(program.Server.Url);
        var start = program.Start();
        var variables = new Dictionary<string, string>(start.Variables) { ["MEMSTORES_URL"] = plain.Url };
        async Task<ProgramRun> RunAsync(params string[] words) => await ProgramRun.RunAsync(program.Start(words) with { Variables = variables });

        var store = await program.NewStoreAsync();
        var first = await program.DoAsync("memory", "put", store, "/a", "--content", "1", "-q");
        var appended = await RunAsync("memory", "append", store, "/a", "--content", "2");
        Assert.True(appended.ExitCode == 0, appended.Error);
        Assert.Equal(4, (await RunAsync("memory", "put", store, "/a", "--content", "3", "--if-version", first)).ExitCode);
        Assert.Equal(0, (await RunAsync("memory", "rename", store, "/a", "/b")).ExitCode);
        Assert.Equal(3, (await RunAsync("memory", "append", store, "/a", "--content", "2")).ExitCode);
        var edit = program.StartEdit("echo 3 >> \"$1\"", store, "/b");
        Assert.Equal(0, (await ProgramRun.RunAsync(edit with { Variables = new Dictionary<string, string>(variables) { ["EDITOR"] = edit.Variables["EDITOR"] } })).ExitCode);
        Assert.Equal("123", await program.DoAsync("memory", "get", store, "/b"));
        Assert.True(plain.Refused > 0);
    }

    [Fact]
    public async Task A_clients_verb_loads_neither_the_servers_assemblies_nor_a_database()
    {
        string? maps = null;
        System.Diagnostics.Process? process = null;
        await using var server = new FakeServer(FakeServer.Answer(200, FakeServer.EmptyPage))
        {
            BeforeAnswer = async () => maps = await File.ReadAllTextAsync($"/proc/{process!.Id}/maps"),
        };
        using (process = System.Diagnostics.Process.Start(program.Start("store", "list", "--url", $"http://127.0.0.1:{server.Port}", "--key", "k").Info)!)
        {
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
        Assert.Contains("MemoryStores.Client.dll", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("AspNetCore", maps, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sqlite", maps, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("MemoryStores.Engine", maps, StringComparison.Ordinal);
    }
}
