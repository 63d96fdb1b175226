using System.Text.Json;
using MemoryStores.Benchmarks.Sessions;

namespace MemoryStores.Benchmarks.Rows;

/// <summary>
/// A transcript of 50,000 events, followed while it is recorded and then listed page by page: the most memory the server has at any
/// moment of it, beside as much work on sessions of 1,000.
/// </summary>
internal sealed class TranscriptRows : IRow
{
    private const int Small = 1_000;
    private const int Large = 50_000;
    private const int Batch = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Name => "transcript";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        await using var server = await SessionServer.StartAsync();
        var (small, large) = (await server.NewSessionAsync(), await server.NewSessionAsync());
        // As much work as with the large one, so that only the length of the transcript differs.
        var streamedSmall = await PeakAsync(server, async () =>
        {
            for (var i = 0; i < Large / Small; i++) await StreamAsync(server, i == 0 ? small : await server.NewSessionAsync(), Small);
        });
        var listedSmall = await PeakAsync(server, async () =>
        {
            for (var i = 0; i < Large / Small; i++) await ListAsync(server, small, Small);
        });
        var heard = 0;
        var streamed = await PeakAsync(server, async () => heard = await StreamAsync(server, large, Large));
        var listed = await PeakAsync(server, () => ListAsync(server, large, Large));
        return
        [
            new Result("events of a long transcript streamed in order", "events recorded", heard, Large, "", 1, AtLeast: true),
            new Result("peak memory: 50,000 events of one session streamed", "of 50 sessions of 1,000", streamed, streamedSmall, "MB", 1.2, AtLeast: false),
            new Result("peak memory: 50,000 events of one session listed", "1,000 listed 50 times", listed, listedSmall, "MB", 1.2, AtLeast: false),
        ];
    }

    private static async Task<double> PeakAsync(SessionServer server, Func<Task> work)
    {
        await server.StartAnewAsync();
        server.Child.ForgetPeak();
        await work();
        return server.Child.PeakMegabytes;
    }

    private static async Task<int> StreamAsync(SessionServer server, string session, int events)
    {
        using var listener = await Listener.OpenAsync(server.Client, session);
        for (var from = 0; from < events; from += Batch) await server.RecordAsync(session, from, Batch);
        await listener.HasAsync(events, Patience);
        return listener.InOrder;
    }

    private static async Task ListAsync(SessionServer server, string session, int events)
    {
        var (count, page) = (0, (string?)null);
        do
        {
            using var answer = JsonDocument.Parse(await server.Client.GetByteArrayAsync(
                $"/v1/sessions/{session}/events?limit=1000{(page is null ? "" : "&page=" + Uri.EscapeDataString(page))}"));
            foreach (var one in answer.RootElement.GetProperty("data").EnumerateArray())
                if (one.GetProperty("n").GetInt32() != count++) throw new InvalidOperationException("A listed transcript is not in its order.");
            page = answer.RootElement.GetProperty("next_page").GetString();
        }
        while (page is not null);
        if (count != events) throw new InvalidOperationException($"{count} of {events} events were listed.");
    }
}
