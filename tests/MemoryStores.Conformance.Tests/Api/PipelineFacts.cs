using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Several requests sent at once on one connection.</summary>
public sealed class PipelineFacts(RunningServer server) : ApiFacts(server)
{
    /// <summary>Found by the fuzzer: where the answer before it filled a buffer, the refusal went out bare, in two halves.</summary>
    [Fact]
    public async Task Malformed_http_is_refused_in_the_envelope_wherever_its_answer_falls_in_the_buffers()
    {
        var head = $"host: {Server.Process.Url.Authority}\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: {ApiClient.Beta}\r\n";
        var malformed = Encoding.Latin1.GetBytes($"GET /v1/memory_stores HTTP/1.1\r\nx-api-key: \u00c9\r\n{head}\r\n");
        for (var length = 1_400; length < 1_800; length += 7)
        {
            // Two of these: each answer repeats the value, and together they nearly fill a buffer of 4,096 bytes.
            var before = Encoding.Latin1.GetBytes($"GET /v1/memory_stores?limit={new string('x', length)} HTTP/1.1\r\nx-api-key: {ServerProcess.Key}\r\n{head}\r\n");
            using var connection = await RawConnection.OpenAsync(Server.Process.Url);

            await connection.SendAsync((byte[])[.. before, .. before, .. malformed]);

            (await connection.ReadAsync()).Invalid();
            (await connection.ReadAsync()).Invalid();
            (await connection.ReadAsync()).Invalid();
        }
    }

    /// <summary>Found by the fuzzer: the first of these was a 500.</summary>
    [Theory]
    [InlineData("ffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("7fffffffffffffff1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}0\r\n\r\n")]
    public async Task A_body_in_malformed_chunks_is_a_bad_request_and_ends_the_connection(string chunks)
    {
        var answer = await RawConnection.AskAsync(Server.Process.Url,
            $"POST /v1/memory_stores HTTP/1.1\r\nhost: {Server.Process.Url.Authority}\r\nx-api-key: {ServerProcess.Key}\r\nanthropic-version: 2023-06-01\r\n"
            + $"anthropic-beta: {ApiClient.Beta}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n{chunks}");

        answer.Invalid();
        Assert.Equal("close", answer.Header("connection"));
    }

    /// <summary>Found by the fuzzer: the refusal sent all of it back.</summary>
    [Fact]
    public async Task A_refusal_of_a_field_with_an_endless_name_is_short()
    {
        var answer = await Api.PostTextAsync(ApiClient.Stores, $"{{\"{new string('n', 3_000_000)}\":1,\"name\":\"A store\"}}");

        answer.Invalid();
        Assert.InRange(answer.Text.Length, 1, 4_096);
    }

    /// <summary>Found by the fuzzer: the server logged an error with a stack trace, or its web server did.</summary>
    [Fact]
    public async Task A_client_that_hangs_up_in_the_middle_of_its_body_is_no_error_of_the_server()
    {
        for (var i = 0; i < 50; i++)
        {
            using var client = new System.Net.Sockets.TcpClient { LingerState = new(enable: i % 2 == 0, seconds: 0) };
            await client.ConnectAsync(Server.Process.Url.Host, Server.Process.Url.Port);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(
                $"POST /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\nx-api-key: {ServerProcess.Key}\r\nanthropic-version: 2023-06-01\r\n"
                + $"anthropic-beta: {ApiClient.Beta}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n"));
            // "100 Continue" says that the server now waits for the body.
            await client.GetStream().ReadExactlyAsync(new byte[8]);
        }

        (await Api.GetAsync("/healthz")).Ok();
        Assert.DoesNotContain("ConnectionResetException", Server.Process.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("draining", Server.Process.Log, StringComparison.Ordinal);
    }
}
