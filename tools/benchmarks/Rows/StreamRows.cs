using System.Diagnostics;
using MemoryStores.Benchmarks.Sessions;

namespace MemoryStores.Benchmarks.Rows;

/// <summary>
/// A thousand sessions, each with a stream on which nothing happens, beside sessions into which 200 events a second are recorded,
/// each followed by two streams. Before the end each idle stream hears of one event, to see that it is alive.
/// </summary>
internal sealed class StreamRows : IRow
{
    private const int Idle = 1_000;
    private const int Busy = 40;
    private const int StreamsOfBusy = 2;
    private const int EventsPerSecond = 200;

    // Of some 1 KB on disk: more than SQLite keeps of it in memory, 64 MB, so that a cache that fills is not taken for growth.
    private const int EventsThatFillTheCache = 90_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "streams";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        await using var server = await SessionServer.StartAsync();
        var idle = new List<string>();
        for (var i = 0; i < Idle; i++) idle.Add(await server.NewSessionAsync());
        var busy = new List<BusySession>();
        for (var i = 0; i < Busy; i++) busy.Add(new BusySession(await server.NewSessionAsync(), []));
        await server.StartAnewAsync();
        foreach (var session in idle) await server.Client.GetByteArrayAsync($"/v1/sessions/{session}");
        var other = await server.NewSessionAsync();
        for (var from = 0; from < EventsThatFillTheCache; from += 1_000) await server.RecordAsync(other, from, 1_000);
        var atStart = server.Child.ResidentMegabytes;
        var waiting = new List<Listener>();
        foreach (var session in idle) waiting.Add(await Listener.OpenAsync(server.Client, session));
        var connected = server.Child.ResidentMegabytes;
        var (bareStart, bareConnected) = await BareAsync();

        // Two beats of nothing: what a thousand streams cost by being there.
        var (quiet, quietClock) = (server.Child.ProcessorTime, Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(20));
        var quietCost = (server.Child.ProcessorTime - quiet) / quietClock.Elapsed;

        foreach (var session in busy)
            for (var i = 0; i < StreamsOfBusy; i++) session.Listeners.Add(await Listener.OpenAsync(server.Client, session.Id));
        await RecordAsync(server, busy, plan.Time); // compiled by now, and its buffers are there
        var before = busy.Sum(session => session.Answered.Count);
        var (memory, used, clock) = (new List<double>(), server.Child.ProcessorTime, Stopwatch.StartNew());
        for (var third = 0; third < 3; third++)
        {
            await RecordAsync(server, busy, plan.Time * plan.Rounds);
            memory.Add(server.Child.ResidentMegabytes);
        }
        var (cost, rate) = ((server.Child.ProcessorTime - used) / clock.Elapsed, (busy.Sum(session => session.Answered.Count) - before) / clock.Elapsed.TotalSeconds);

        foreach (var session in idle) await server.RecordAsync(session, 0);
        foreach (var session in busy)
            foreach (var listener in session.Listeners) await listener.HasAsync(session.Answered.Count, Patience);
        foreach (var listener in waiting) await listener.HasAsync(1, Patience);
        var (recorded, heard) = (busy.Sum(session => session.Answered.Count * StreamsOfBusy), busy.Sum(session => session.Listeners.Sum(one => one.InOrder)));
        var latencies = busy.SelectMany(session => session.Latencies()).Order().ToList();
        foreach (var listener in waiting.Concat(busy.SelectMany(session => session.Listeners))) listener.Dispose();
        return
        [
            new Result("events recorded, 1,080 streams open", "200 a second", rate, EventsPerSecond, "/s", 0.95, AtLeast: true),
            new Result("events streamed in order", "events recorded, each to two streams", heard, recorded, "", 1, AtLeast: true),
            new Result("idle streams that heard of one event", "idle streams", waiting.Count(one => one.InOrder == 1), Idle, "", 1, AtLeast: true),
            new Result("from the answer to the arrival, median", "10 ms", latencies[latencies.Count / 2], 10, "ms", 1, AtLeast: false),
            new Result("from the answer to the arrival, p99", "100 ms", latencies[latencies.Count * 99 / 100], 100, "ms", 1, AtLeast: false),
            new Result("processor, 1,000 idle streams", "one core", quietCost, 1, "cores", 0.05, AtLeast: false),
            new Result("processor, 200 events/s to 1,080 streams", "one core", cost, 1, "cores", null, AtLeast: false),
            new Result("memory of the server with 1,000 streams", "the same before", connected, atStart, "MB", null, AtLeast: false),
            new Result("    what they added", "what they add to Kestrel alone", connected - atStart, bareConnected - bareStart, "MB", 2, AtLeast: false),
            new Result("memory after the first third", "connected", memory[0], connected, "MB", null, AtLeast: false),
            new Result("memory after the second third", "after the first", memory[1], memory[0], "MB", 1.1, AtLeast: false),
            new Result("memory after the last third", "after the first", memory[2], memory[0], "MB", 1.1, AtLeast: false),
        ];
    }

    /// <summary>Each session at its own pace, one event after the answer to the last; their beginnings are spread.</summary>
    private static Task RecordAsync(SessionServer server, List<BusySession> busy, TimeSpan time)
    {
        var period = TimeSpan.FromSeconds((double)busy.Count / EventsPerSecond);
        var clock = Stopwatch.StartNew();
        return Task.WhenAll(busy.Select(async (session, place) =>
        {
            for (var due = period * place / busy.Count; due < time; due += period)
            {
                if (due - clock.Elapsed is { Ticks: > 0 } rest) await Task.Delay(rest);
                await server.RecordAsync(session.Id, session.Answered.Count);
                session.Answered.Add(Stopwatch.GetTimestamp());
            }
        }));
    }

    private static async Task<(double Start, double Connected)> BareAsync()
    {
        await using var bare = await Child.BaselineAsync("baseline-streams");
        using var client = new HttpClient { BaseAddress = bare.Url };
        for (var i = 0; i < Idle; i++) (await client.GetAsync("/nothing")).Dispose();
        var start = bare.ResidentMegabytes;
        var open = new List<HttpResponseMessage>();
        for (var i = 0; i < Idle; i++) open.Add(await client.GetAsync("/stream", HttpCompletionOption.ResponseHeadersRead));
        var connected = bare.ResidentMegabytes;
        foreach (var response in open) response.Dispose();
        return (start, connected);
    }

    private sealed record BusySession(string Id, List<Listener> Listeners)
    {
        /// <summary>When the answer to each event came.</summary>
        public List<long> Answered { get; } = [];

        /// <summary>In milliseconds. An event that arrived before its answer took none.</summary>
        public IEnumerable<double> Latencies() => Listeners.SelectMany(listener => listener.Arrivals.Zip(Answered,
            static (arrival, answer) => arrival < answer ? 0 : Stopwatch.GetElapsedTime(answer, arrival).TotalMilliseconds));
    }
}
