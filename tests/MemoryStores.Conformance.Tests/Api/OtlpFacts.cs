using System.Collections.Concurrent;
using System.Text;
using MemoryStores.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>What goes to a collector, when there is one, and that nothing does otherwise.</summary>
public sealed class OtlpFacts : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> received = new();
    private WebApplication collector = null!;

    private string Collector => collector.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        collector = builder.Build();
        collector.Run(async http =>
        {
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            received.GetOrAdd(http.Request.Path, _ => new()).Enqueue(body.ToArray());
            http.Response.StatusCode = StatusCodes.Status200OK;
        });
        await collector.StartAsync();
    }

    public async Task DisposeAsync() => await collector.DisposeAsync();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Measurements_and_spans_arrive_by_the_end_of_the_server_and_hold_nothing_of_anybody()
    {
        string store;
        await using (var process = await ServerProcess.StartAsync(directory.File("data"), "--otlp-endpoint", Collector))
        {
            using var api = new ApiClient(process.Url);
            store = ApiClient.Stores + "/" + (await api.PostAsync(ApiClient.Stores, new { name = "Hidden" })).Ok().Text("id");
            var memory = await api.MemoryAsync(store, "/plans/secret", "whisper");
            (await api.GetAsync($"{store}/memories/{memory.Text("id")}?view=full&secret=1")).Ok();
            var request = ApiClient.Request(HttpMethod.Get, "/nowhere/secret");
            request.Headers.Add("tracestate", "secret=1");
            request.Headers.Add("baggage", "secret=1");
            request.Headers.Add("user-agent", "secret-agent");
            (await api.SendAsync(request)).NotFound();
            Assert.Contains("OpenTelemetry", await File.ReadAllTextAsync($"/proc/{process.Id}/maps"), StringComparison.Ordinal);
            Assert.Equal(0, await process.StopAsync());
        }

        var metrics = received["/v1/metrics"].SelectMany(body => Protobuf.Inside(body, 1, 2, 2)).SelectMany(metric => Protobuf.Texts(metric, 1)).ToHashSet();
        foreach (var name in new[] { "memstores.http.request.duration", "memstores.storage.commit.duration", "memstores.storage.database.size", "http.server.request.duration", "kestrel.active_connections", "dotnet.process.cpu.time" })
            Assert.Contains(name, metrics);
        var spans = received["/v1/traces"].SelectMany(body => Protobuf.Inside(body, 1, 2, 2)).ToList();
        Assert.Equal(4, spans.Count);
        Assert.Contains("GET /v1/memory_stores/{storeId}/memories/{memoryId}", spans.SelectMany(span => Protobuf.Texts(span, 5)));
        Assert.Contains("GET none", spans.SelectMany(span => Protobuf.Texts(span, 5)));
        var keys = spans.SelectMany(span => Protobuf.Inside(span, 9)).SelectMany(attribute => Protobuf.Texts(attribute, 1)).ToHashSet();
        Assert.Contains("http.response.status_code", keys);
        Assert.DoesNotContain(keys, key => key.StartsWith("url.", StringComparison.Ordinal) && key != "url.scheme");

        var everything = string.Join('\n', received.Values.SelectMany(bodies => bodies).Select(Encoding.Latin1.GetString));
        foreach (var secret in new[] { "secret", "whisper", "Hidden", "/plans", "nowhere", store.Split('/')[^1], "mem_", "apikey_", "req_", ServerProcess.Key })
            Assert.DoesNotContain(secret, everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_a_collector_nothing_is_sent_and_nothing_of_OpenTelemetry_is_loaded()
    {
        await using var process = await ServerProcess.StartAsync(directory.File("data"));
        using var api = new ApiClient(process.Url);
        (await api.GetAsync(ApiClient.Stores)).Ok();

        var maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps");
        Assert.Contains("memstores", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("OpenTelemetry", maps, StringComparison.Ordinal);
        Assert.Equal(0, await process.StopAsync());
        Assert.Empty(received);
    }

    [Fact]
    public async Task A_collector_that_is_not_there_holds_nothing_up()
    {
        await using var process = await ServerProcess.StartAsync(directory.File("data"), "--otlp-endpoint", "http://127.0.0.1:9");
        using var api = new ApiClient(process.Url);

        (await api.GetAsync(ApiClient.Stores)).Ok();
        Assert.Equal(0, await process.StopAsync());
    }

    /// <summary>As much of protobuf as it takes to find a field by its numbers.</summary>
    private static class Protobuf
    {
        public static IEnumerable<byte[]> Inside(byte[] message, params int[] path) =>
            path is [var number, .. var rest] ? Fields(message).Where(field => field.Number == number).SelectMany(field => Inside(field.Value, rest)) : [message];

        public static IEnumerable<string> Texts(byte[] message, int number) => Inside(message, number).Select(Encoding.UTF8.GetString);

        private static IEnumerable<(int Number, byte[] Value)> Fields(byte[] message)
        {
            for (var at = 0; at < message.Length;)
            {
                var tag = Varint(message, ref at);
                var length = (tag & 7) switch { 0 => -1, 1 => 8, 2 => (int)Varint(message, ref at), 5 => 4, var other => throw new InvalidDataException($"Wire type {other}") };
                if (length < 0)
                {
                    Varint(message, ref at);
                    continue;
                }
                yield return ((int)(tag >> 3), message[at..(at + length)]);
                at += length;
            }
        }

        private static ulong Varint(byte[] message, ref int at)
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                value |= (ulong)(message[at] & 0x7f) << shift;
                if (message[at++] < 0x80) return value;
            }
        }
    }
}
