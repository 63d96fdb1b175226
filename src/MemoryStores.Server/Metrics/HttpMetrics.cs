using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MemoryStores.Server.Metrics;

/// <summary>
/// Requests as an operator counts them; docs/reference/metrics.md has each. Tags have few values and none from a client: the
/// route's pattern and never the path, a method that is known, a status, an error's type.
/// </summary>
internal static class HttpMetrics
{
    public const string NoRoute = "none";

    private static readonly Meter Meter = new("MemoryStores.Http");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram("memstores.http.request.duration", "s",
        "Requests, by route, method and status, from their first line to the end of their answer",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30] });

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("memstores.http.refusals", "{refusal}", "Refused requests, by error type");

    private static readonly Counter<long> TooFast = Meter.CreateCounter<long>("memstores.http.rate.limited", "{request}", "Requests refused for their workspace's rate, by kind");

    private static readonly ObservableGauge<int> InFlight = Meter.CreateObservableGauge("memstores.http.requests.active", () => Volatile.Read(ref active), "{request}", "Requests that are being answered");

    // A status as an object, made once: tags are objects, and a box for each request would be garbage.
    private static readonly object[] Statuses = [.. Enumerable.Range(0, 600).Select(status => (object)status)];

    private static int active;

    public static long Begin()
    {
        Interlocked.Increment(ref active);
        return Stopwatch.GetTimestamp();
    }

    public static void End(long began, string method, string route, int status)
    {
        Interlocked.Decrement(ref active);
        if (Activity.Current is { IsAllDataRequested: true } span) Describe(span, method, route, status);
        if (Durations.Enabled)
        {
            Durations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds,
                new("method", Known(method)), new("route", route), new("status", Statuses[Math.Clamp(status, 0, 599)]));
        }
    }

    public static void Refused(string type) => Refusals.Add(1, new KeyValuePair<string, object?>("type", type));

    public static void RateLimited(bool reads) => TooFast.Add(1, new KeyValuePair<string, object?>("kind", reads ? "reads" : "changes"));

    /// <summary>Makes the instruments, so that a scrape before the first request has them.</summary>
    public static bool IsOn => Durations.Enabled || InFlight.Enabled;

    /// <summary>ASP.NET Core's span of the request, where somebody listens to it, has no tags of its own.</summary>
    private static void Describe(Activity span, string method, string route, int status)
    {
        span.DisplayName = $"{Known(method)} {route}";
        span.SetTag("http.request.method", Known(method)).SetTag("http.route", route).SetTag("http.response.status_code", status);
        if (status >= 500) span.SetStatus(ActivityStatusCode.Error);
    }

    private static string Known(string method) => method switch
    {
        "GET" or "POST" or "DELETE" or "PUT" or "PATCH" or "HEAD" or "OPTIONS" => method,
        _ => "other",
    };
}
