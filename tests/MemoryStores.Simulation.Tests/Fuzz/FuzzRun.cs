using System.Diagnostics;
using System.Globalization;
using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>
/// A number of hostile requests against one server, over several connections at once. A connection sends a few and then reads as
/// many answers; one request in forty is broken HTTP and has a connection to itself. The first answer that should not be ends the run.
/// </summary>
internal sealed class FuzzRun(ServerProcess server, HostileRequests requests, Judge judge, Aims aims, int seed)
{
    private const int Connections = 8;
    private const int AtOnce = 8;
    private const int BrokenOneIn = 40;

    // An answer that takes longer will not come: the slowest is an erasure, which the server itself gives 25 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // What is broken may look unfinished, and then the server rightly waits for the rest.
    private static readonly TimeSpan PatienceWithBroken = TimeSpan.FromMilliseconds(200);

    private readonly int[] statuses = new int[600];
    private readonly List<long> memory = []; // in kB
    private long next;
    private long answered;
    private string? failure;
    private TimeSpan took;

    /// <summary>The resident memory after a tenth of the requests, and at the end.</summary>
    public (long Warm, long End) MemoryKilobytes => (memory[1], memory[^1]);

    public string? Failure => failure;

    public async Task PlayAsync(long count)
    {
        var clock = Stopwatch.StartNew();
        memory.Add(ResidentKilobytes());
        for (var tenth = 1; tenth <= 10 && failure is null; tenth++)
        {
            var until = count * tenth / 10;
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => WorkAsync(until))));
            next = until; // What the last of them took beyond it was not sent.
            memory.Add(ResidentKilobytes());
        }
        took = clock.Elapsed;
    }

    public string Report()
    {
        var report = new StringBuilder();
        var rate = next / took.TotalSeconds;
        report.AppendLine(CultureInfo.InvariantCulture, $"{next:N0} requests, {answered:N0} answers in {took.TotalSeconds:N1} s: {rate:N0} a second. Seed {seed}.");
        for (var status = 0; status < statuses.Length; status++)
            if (statuses[status] > 0) report.AppendLine(CultureInfo.InvariantCulture, $"  {status}  {statuses[status],9:N0}");
        return report.Append("resident memory in MB, at the start and after each tenth: ").AppendJoin(", ", memory.Select(at => at / 1024)).ToString();
    }

    private async Task WorkAsync(long until)
    {
        Connection? connection = null;
        try
        {
            while (failure is null && Batch(until) is { Count: > 0 } batch)
            {
                foreach (var request in batch.Where(IsBroken)) await SendBrokenAsync(request).WaitAsync(Patience);
                batch.RemoveAll(IsBroken);
                while (batch.Count > 0 && failure is null)
                {
                    connection ??= await Connection.OpenAsync(server.Url);
                    if (await SendAsync(connection, batch).WaitAsync(Patience)) continue;
                    connection.Dispose();
                    connection = null;
                }
            }
        }
        catch (Exception broken)
        {
            Fail($"{broken.GetType().Name}: {broken.Message}");
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private List<HostileRequest> Batch(long until)
    {
        var size = 1 + (int)(Interlocked.Read(ref next) % AtOnce);
        var first = Interlocked.Add(ref next, size) - size;
        var batch = new List<HostileRequest>();
        for (var number = first; number < Math.Min(first + size, until); number++) batch.Add(requests.Make(number));
        return batch;
    }

    /// <summary>Takes what was answered out of the batch, and says whether the connection goes on.</summary>
    private async Task<bool> SendAsync(Connection connection, List<HostileRequest> batch)
    {
        var sending = connection.SendAsync(batch.SelectMany(request => request.Bytes).ToArray());
        var goesOn = true;
        while (goesOn && batch.Count > 0)
        {
            var answer = await ReadAsync(connection, batch[0]);
            if (answer is null) return false;
            batch.RemoveAt(0);
            goesOn = !answer.Closes;
        }
        await sending;
        return goesOn;
    }

    private static bool IsBroken(HostileRequest request) => request.Method != "HEAD" && request.Number % BrokenOneIn == 0;

    private async Task<HostileAnswer?> ReadAsync(Connection connection, HostileRequest request)
    {
        try
        {
            var answer = await connection.ReadAsync(request.Method == "HEAD");
            if (answer is null) Fail("The connection was closed without an answer.", request.Bytes, request);
            else Weigh(answer, request.Method == "HEAD", request.Bytes, request);
            return answer;
        }
        catch (InvalidDataException unreadable)
        {
            Fail(unreadable.Message, request.Bytes, request);
            return null;
        }
    }

    private async Task SendBrokenAsync(HostileRequest request)
    {
        var bytes = BrokenHttp.Of(new Dice(~seed, request.Number), request);
        using var connection = await Connection.OpenAsync(server.Url);
        ReadOnlyMemory<byte> rest = await connection.ExchangeAsync(bytes, PatienceWithBroken);
        // HTTP/2 without TLS is refused in the language of HTTP/2.
        while (rest.Length > 0 && !bytes.AsSpan().StartsWith("PRI * "u8))
        {
            if (!Connection.TryTake(rest, withoutBody: false, out var answer, out var taken))
            {
                Fail("This is no whole answer: " + Encoding.Latin1.GetString(rest.Span), bytes, request);
                return;
            }
            if (answer.Status >= 200) Weigh(answer, withoutBody: false, bytes, request);
            rest = rest[taken..];
        }
    }

    private void Weigh(HostileAnswer answer, bool withoutBody, byte[] sent, HostileRequest request)
    {
        Interlocked.Increment(ref answered);
        Interlocked.Increment(ref statuses[Math.Min(answer.Status, statuses.Length - 1)]);
        if (judge.Flaw(answer, withoutBody, aims.Learn) is { } flaw)
            Fail($"An answer should not be: {flaw}.\nThe answer, {answer.Status}:\n{Shown(answer.Body.Span)}", sent, request);
    }

    private void Fail(string what, byte[] sent, HostileRequest request) =>
        Fail($"{what}\nRequest {request.Number} of the seed:\n{Shown(sent)}");

    private void Fail(string what) => Interlocked.CompareExchange(ref failure, $"{what}\n{Chance.Replay}\nThe server's log:\n{server.Log}", null);

    /// <summary>Bytes as text that can be read, and pasted into a test.</summary>
    private static string Shown(ReadOnlySpan<byte> bytes)
    {
        var shown = new StringBuilder();
        foreach (var one in bytes[..Math.Min(bytes.Length, 3_000)])
            shown.Append(one is (byte)'\n' or (>= 32 and < 127) ? ((char)one).ToString() : one == '\r' ? "\\r" : $"\\x{one:x2}");
        return bytes.Length > 3_000 ? $"{shown}… ({bytes.Length} bytes)" : shown.ToString();
    }

    /// <summary>From a line such as "VmRSS:	  123456 kB".</summary>
    private long ResidentKilobytes()
    {
        var line = File.ReadLines($"/proc/{server.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
