using System.Runtime.CompilerServices;
using System.Text.Json;
using MemoryStores.Client.Sending;
using MemoryStores.Contract;

namespace MemoryStores.Client;

/// <summary>What happens in a session, over a connection that stands. Dispose it to let go of that.</summary>
public sealed class EventFeed : IAsyncDisposable
{
    private readonly Channel channel;
    private readonly OpenAnswer answer;
    private readonly LineReader lines;

    private EventFeed(Channel channel, OpenAnswer answer, LineReader lines) => (this.channel, this.answer, this.lines) = (channel, answer, lines);

    internal static async Task<EventFeed> OpenAsync(Channel channel, Call call, CancellationToken stop)
    {
        var answer = await channel.OpenAsync(call, "text/event-stream", stop);
        try
        {
            return new EventFeed(channel, answer, await answer.LinesAsync(channel.Silence, stop));
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Events as they come, to the end that the server makes, as it does after session.deleted; once. Throws
    /// <see cref="ServerUnreachableException"/> when the connection breaks or is silent for <see cref="Connection.Silence"/>.
    /// </summary>
    public async IAsyncEnumerable<StoredJson> EventsAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        var data = new List<byte>();
        while (await lines.NextAsync(stop) is { } line)
        {
            if (line.Length > 0)
            {
                // The name of an event is its type, which stands in it too; comments are signs of life.
                if (line.Span.StartsWith("data:"u8)) data.AddRange(line.Span["data:"u8.Length..]);
                continue;
            }
            if (data.Count == 0) continue;
            var one = Read([.. data]);
            data.Clear();
            yield return one;
        }
    }

    public ValueTask DisposeAsync()
    {
        answer.Dispose();
        return ValueTask.CompletedTask;
    }

    private StoredJson Read(byte[] data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, SendingJson.Wire.StoredJson) ?? throw new JsonException("An event is null.");
        }
        catch (JsonException broken)
        {
            throw new ServerUnreachableException(channel.Server, $"what it sends is not of this API: {broken.Message}", broken);
        }
    }
}
