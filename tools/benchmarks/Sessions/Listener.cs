using System.Diagnostics;
using System.Text.Json;

namespace MemoryStores.Benchmarks.Sessions;

/// <summary>
/// One stream of a session as its reader has it: the number of each event in the order of arrival, and when it arrived. Events are
/// numbered from 0 by who records them, so that what is missing, doubled or out of order shows.
/// </summary>
internal sealed class Listener : IDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;
    private int inOrder;

    public List<long> Arrivals { get; } = [];

    /// <summary>Events that came as the next of their numbers: all of them, when nothing is lost or out of order.</summary>
    public int InOrder => Volatile.Read(ref inOrder);

    /// <summary>Ends with the stream.</summary>
    public Task Reading { get; }

    private Listener(HttpResponseMessage response, StreamReader lines)
    {
        (this.response, this.lines) = (response, lines);
        Reading = ReadAsync();
    }

    public static async Task<Listener> OpenAsync(HttpClient client, string session)
    {
        var response = await client.GetAsync($"/v1/sessions/{session}/events/stream", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new Listener(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>Whether the first so many events are here, in order, before the time is over.</summary>
    public async Task<bool> HasAsync(int count, TimeSpan within)
    {
        var clock = Stopwatch.StartNew();
        while (InOrder < count && clock.Elapsed < within && !Reading.IsCompleted) await Task.Delay(10);
        return InOrder >= count;
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
                using var data = JsonDocument.Parse(line.AsMemory("data: ".Length));
                Arrivals.Add(Stopwatch.GetTimestamp());
                if (data.RootElement.GetProperty("n").GetInt32() == inOrder) Volatile.Write(ref inOrder, inOrder + 1);
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or HttpRequestException)
        {
            // The row is over, or the server cut this stream: what is missing shows in the count.
        }
    }

    public void Dispose()
    {
        response.Dispose();
        lines.Dispose();
    }
}
