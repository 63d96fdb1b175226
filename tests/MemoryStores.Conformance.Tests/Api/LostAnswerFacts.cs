using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>The network takes an answer away after the server has done the work; the client can only send its commit again.</summary>
public sealed class LostAnswerFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_repeated_and_has_happened_once_and_reverts_nothing()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "start");
        var commits = $"/ext{store}/commits";
        var commit = new
        {
            commit_id = "lost-and-sent-again",
            changes = new object[]
            {
                new { type = "update", memory_id = memory.Text("id"), content = "by the first", expected_version_id = memory.Text("memory_version_id") },
                new { type = "create", path = "/b", content = "by the first" },
            },
        };

        using (var thief = new AnswerThief(Server.Process.Url))
        using (var first = new ApiClient(thief.Url))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => first.PostAsync(commits, commit));
            Assert.StartsWith("HTTP/1.1 200", await thief.StolenAsync(), StringComparison.Ordinal);
        }
        (await Api.PostAsync($"{store}/memories/{memory.Text("id")}", new { content = "by the second" })).Ok();
        var repeated = (await Api.PostAsync(commits, commit)).Ok();

        Assert.True(repeated.GetProperty("repeated").GetBoolean());
        var versions = await Api.ListAsync(store + "/memory_versions?view=full");
        Assert.Equal(["by the second", "by the first", "by the first", "start"], versions.Each("content"));
        Assert.Equal(repeated.GetProperty("results").EnumerateArray().Each("memory_version_id").Reverse(), versions[1..3].Each("id"));
        Assert.Equal("by the second", (await Api.GetAsync($"{store}/memories/{memory.Text("id")}")).Ok().Text("content"));
    }

    [Fact]
    public async Task An_update_whose_answer_was_lost_succeeds_when_it_is_repeated()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "start");
        var url = $"{store}/memories/{memory.Text("id")}";
        var body = new { content = "new", precondition = ApiClient.Precondition(memory.Text("content_sha256")) };

        using (var thief = new AnswerThief(Server.Process.Url))
        using (var first = new ApiClient(thief.Url))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => first.PostAsync(url, body));
            await thief.StolenAsync();
        }

        (await Api.PostAsync(url, body)).Ok();
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    /// <summary>A proxy for one connection: passes the request on, keeps the answer, and hangs up.</summary>
    private sealed class AnswerThief : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task<string> stolen;

        public Uri Url { get; }

        public AnswerThief(Uri server)
        {
            listener.Start();
            Url = new Uri($"http://{listener.LocalEndpoint}");
            stolen = RunAsync(server);
        }

        /// <summary>The answer the client never got.</summary>
        public Task<string> StolenAsync() => stolen;

        public void Dispose() => listener.Dispose();

        private async Task<string> RunAsync(Uri server)
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var upstream = new TcpClient();
            await upstream.ConnectAsync(server.Host, server.Port);
            var requests = client.GetStream().CopyToAsync(upstream.GetStream());
            var answer = new byte[1];
            using var read = new MemoryStream();
            // The answer's first byte tells that the work is done; the rest is read to its end of headers.
            while (!Encoding.ASCII.GetString(read.ToArray()).Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                if (await upstream.GetStream().ReadAsync(answer) == 0) break;
                read.Write(answer);
            }
            client.Client.Close(); // and with it ends the copying of requests, by an error nobody waits for
            _ = requests.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            return Encoding.ASCII.GetString(read.ToArray());
        }
    }
}
