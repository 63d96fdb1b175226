using System.Runtime.CompilerServices;
using System.Text.Json;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>
/// A store as it stood at <see cref="Seq"/>, whose memories are still on their way. Dispose it when they were read, or are not
/// wanted; until then it holds a connection.
/// </summary>
public sealed class StoreSnapshot : IAsyncDisposable
{
    private readonly OpenAnswer answer;
    private readonly LineReader lines;
    private bool wasRead;

    private StoreSnapshot(OpenAnswer answer, LineReader lines, SnapshotBody first)
    {
        (this.answer, this.lines) = (answer, lines);
        (Seq, Cursor, Count, ArchivedAt) = (first.Seq, first.Cursor, first.Memories, first.ArchivedAt);
    }

    public long Seq { get; }

    /// <summary>Changes after this are not in the snapshot.</summary>
    public string Cursor { get; }

    /// <summary>How many memories there were. With content fewer may come: one whose version was redacted meanwhile is left out.</summary>
    public long Count { get; }

    public string? ArchivedAt { get; }

    internal static async Task<StoreSnapshot> OpenAsync(Channel channel, Call call, CancellationToken stop)
    {
        var answer = await channel.OpenAsync(call, "application/x-ndjson", stop);
        try
        {
            var lines = await answer.LinesAsync(channel.Patience, stop);
            if (await lines.NextAsync(stop) is not { } first) throw answer.CutOff();
            return new StoreSnapshot(answer, lines, JsonSerializer.Deserialize(first.Span, WireJson.Wire.SnapshotBody)!);
        }
        catch (JsonException)
        {
            answer.Dispose();
            throw answer.NotOurs();
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The memories in the order of their paths, as they arrive; once. Throws <see cref="ServerUnreachableException"/> when the
    /// snapshot ends before its last line, or holds another number of memories than that says.
    /// </summary>
    public async IAsyncEnumerable<MemoryBody> MemoriesAsync([EnumeratorCancellation] CancellationToken stop = default)
    {
        if (wasRead) throw new InvalidOperationException("A snapshot is read once.");
        wasRead = true;
        for (var count = 0L; ; count++)
        {
            if (await lines.NextAsync(stop) is not { } line) throw answer.CutOff();
            var (memory, end) = Read(line.Span);
            if (end is not null)
            {
                if (end.Memories != count) throw answer.CutOff();
                yield break;
            }
            yield return memory!;
        }
    }

    public ValueTask DisposeAsync()
    {
        answer.Dispose();
        return ValueTask.CompletedTask;
    }

    private (MemoryBody?, SnapshotEndBody?) Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.StartsWith("{\"type\":\"end\""u8)
                ? (null, JsonSerializer.Deserialize(line, WireJson.Wire.SnapshotEndBody))
                : (JsonSerializer.Deserialize(line, WireJson.Wire.MemoryBody) ?? throw new JsonException("A memory is null."), null);
        }
        catch (JsonException)
        {
            throw answer.NotOurs();
        }
    }
}
