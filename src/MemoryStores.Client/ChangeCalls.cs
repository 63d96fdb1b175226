using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>/ext/v1/memory_stores/{store}/changes: what happens in a store, as pages or as a stream.</summary>
public sealed class ChangeCalls
{
    private readonly Channel channel;

    internal ChangeCalls(Channel channel) => this.channel = channel;

    /// <summary>Changes after a cursor, waiting up to 30 s for the first; without a cursor, where the history ends.</summary>
    public Task<Answer<ChangesBody>> PollAsync(string store, string? after, TimeSpan wait, int? limit = null, CancellationToken stop = default)
    {
        var seconds = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 0, Limits.PollSeconds);
        return channel.SendAsync(Call.Get(Query.To(Path(store),
            ("after", after), ("wait", Query.Number(seconds)), ("limit", Query.Number(limit)))) with { Wait = TimeSpan.FromSeconds(seconds) },
            WireJson.Wire.ChangesBody, stop);
    }

    /// <summary>
    /// A stream over one connection, which ends with <see cref="FeedMessage.Resume"/> or <see cref="FeedMessage.Deleted"/>. Throws
    /// <see cref="ServerUnreachableException"/> when the connection breaks or is silent for <see cref="Connection.Silence"/>, and
    /// <see cref="ApiException"/> when the server refuses. Who wants to go on follows again after the last message's cursor.
    /// </summary>
    public async IAsyncEnumerable<FeedMessage> FollowAsync(string store, string? after = null, [EnumeratorCancellation] CancellationToken stop = default)
    {
        using var answer = await channel.OpenAsync(Call.Get(Query.To(Path(store), ("after", after))), "text/event-stream", stop);
        var lines = await answer.LinesAsync(channel.Silence, stop);
        var (name, cursor, data) = ("", after ?? "", new List<byte>());
        while (await lines.NextAsync(stop) is { } line)
        {
            if (line.Length > 0)
            {
                Take(line.Span, ref name, ref cursor, data);
                continue;
            }
            var message = data.Count > 0 ? MessageOf(name, cursor, [.. data]) : null;
            (name, data) = ("", []);
            if (message is null) continue;
            yield return message;
            if (message is FeedMessage.Resume or FeedMessage.Deleted) yield break;
        }
        throw answer.CutOff();
    }

    /// <summary>A line of an event: its name, its id, or a line of its data. Others, comments among them, say nothing to us.</summary>
    private static void Take(ReadOnlySpan<byte> line, ref string name, ref string cursor, List<byte> data)
    {
        if (ValueOf(line, "event:"u8, out var value)) name = Encoding.UTF8.GetString(value);
        else if (ValueOf(line, "id:"u8, out value)) cursor = Encoding.UTF8.GetString(value);
        else if (ValueOf(line, "data:"u8, out value)) data.AddRange(value);
    }

    private static bool ValueOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field, out ReadOnlySpan<byte> value)
    {
        value = line.StartsWith(field) ? line[field.Length..] : default;
        if (value.StartsWith(" "u8)) value = value[1..];
        return line.StartsWith(field);
    }

    /// <summary>Null for what a younger server says and we do not know.</summary>
    private FeedMessage? MessageOf(string name, string cursor, byte[] data)
    {
        try
        {
            if (name == "change") return new FeedMessage.Change(JsonSerializer.Deserialize(data, WireJson.Wire.ChangeEventBody)!, cursor);
            if (name is not ("heartbeat" or "reset" or "resume" or "deleted")) return null;
            var note = JsonSerializer.Deserialize(data, WireJson.Wire.FeedNoteBody)!;
            return name switch
            {
                "heartbeat" => new FeedMessage.Heartbeat(cursor, note.HeadSeq ?? 0),
                "reset" => new FeedMessage.Reset(note.Reason ?? "", note.Message ?? "", cursor),
                "resume" => new FeedMessage.Resume(note.Reason ?? "", cursor),
                _ => new FeedMessage.Deleted(cursor),
            };
        }
        catch (JsonException broken)
        {
            throw new ServerUnreachableException(channel.Server, $"what it sends is not of this API: {broken.Message}", broken);
        }
    }

    private static string Path(string store) => $"ext/{StoreCalls.Path(store)}/changes";
}
