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
}
