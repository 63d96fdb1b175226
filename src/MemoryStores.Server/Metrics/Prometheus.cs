using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace MemoryStores.Server.Metrics;

/// <summary>
/// Listens to our meters, and to the runtime's for the basics of the process, and writes them as Prometheus text (format 0.0.4).
/// A name is the instrument's with '_' for '.', its unit behind it, and _total for what only grows.
/// </summary>
internal sealed class Prometheus : IDisposable
{
    // Routes times methods times statuses stay far below; beyond it something is wrong, and memory must not grow with it.
    private const int SeriesPerInstrument = 1_000;

    private static readonly string[] Meters = ["MemoryStores.Http", "MemoryStores.Storage"];

    private static readonly string[] OfRuntime =
    [
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.collections", "dotnet.gc.pause.time", "dotnet.gc.heap.total_allocated",
        "dotnet.gc.last_collection.heap.size", "dotnet.thread_pool.thread.count", "dotnet.thread_pool.queue.length", "dotnet.exceptions",
    ];

    private static readonly Tags Overflow = new("(more)", "(more)", "(more)");

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, Family> families = new();

    public Prometheus()
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (!Meters.Contains(instrument.Meter.Name) && !(instrument.Meter.Name == "System.Runtime" && OfRuntime.Contains(instrument.Name))) return;
            var family = new Family(instrument);
            families[instrument] = family;
            listening.EnableMeasurementEvents(instrument, family);
        };
        listener.MeasurementsCompleted = (instrument, _) => families.TryRemove(instrument, out var _);
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((Family)family!).Take(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Take(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Take(value, tags));
        _ = HttpMetrics.IsOn;
        _ = FeedMetrics.IsOn;
        listener.Start();
    }

    public string Scrape()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) family.Write(text);
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    /// <summary>One instrument with all its series.</summary>
    private sealed class Family(Instrument instrument)
    {
        private readonly ConcurrentDictionary<Tags, Series> series = new();
        private readonly Kind kind = KindOf(instrument);
        private readonly double[] bounds = Bounds(instrument);
        private string[] labels = [];

        public string Name { get; } = NameOf(instrument);

        public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (labels.Length < tags.Length) labels = [.. tags.ToArray().Select(tag => tag.Key.Replace('.', '_'))];
            var key = new Tags(tags.Length > 0 ? tags[0].Value : null, tags.Length > 1 ? tags[1].Value : null, tags.Length > 2 ? tags[2].Value : null);
            if (!series.TryGetValue(key, out var one)) one = series.GetOrAdd(series.Count < SeriesPerInstrument ? key : Overflow, static (_, bounds) => new Series(bounds), bounds);
            switch (kind)
            {
                case Kind.Histogram: one.Record(value); break;
                case Kind.Counter: one.Add(value); break;
                default: one.Set(value); break;
            }
        }

        public void Write(StringBuilder text)
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {instrument.Description}\n# TYPE {Name} {TypeName}\n");
            foreach (var (tags, one) in series.OrderBy(pair => $"{pair.Key}", StringComparer.Ordinal))
            {
                var (sum, count, buckets) = one.Read();
                var named = Labels(tags);
                if (kind != Kind.Histogram)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{Name}{Braced(named)} {sum:R}\n");
                    continue;
                }
                var below = 0L;
                for (var i = 0; i < bounds.Length; i++)
                {
                    below += buckets[i];
                    var bound = string.Create(CultureInfo.InvariantCulture, $"le=\"{bounds[i]:R}\"");
                    text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{Braced(named.Append(bound))} {below}\n");
                }
                text.Append(CultureInfo.InvariantCulture, $"{Name}_bucket{Braced(named.Append("le=\"+Inf\""))} {count}\n");
                text.Append(CultureInfo.InvariantCulture, $"{Name}_sum{Braced(named)} {sum:R}\n{Name}_count{Braced(named)} {count}\n");
            }
        }

        private string TypeName => kind switch
        {
            Kind.Histogram => "histogram",
            Kind.Counter or Kind.ObservedCounter => "counter",
            _ => "gauge",
        };

        private List<string> Labels(Tags tags)
        {
            object?[] values = [tags.First, tags.Second, tags.Third];
            return [.. labels.Zip(values).Where(pair => pair.Second is not null).Select(pair => $"{pair.First}=\"{Escaped(Convert.ToString(pair.Second, CultureInfo.InvariantCulture)!)}\"")];
        }

        private static string Braced(IEnumerable<string> labels) => string.Join(',', labels) is { Length: > 0 } joined ? $"{{{joined}}}" : "";

        private static string Escaped(string value) =>
            value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

        private static double[] Bounds(Instrument instrument) => instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } given } => [.. given],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } given } => [.. given.Select(bound => (double)bound)],
            _ => [],
        };

        private static string NameOf(Instrument instrument)
        {
            var unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
            return instrument.Name.Replace('.', '_') + unit + (KindOf(instrument) is Kind.Counter or Kind.ObservedCounter ? "_total" : "");
        }

        // The runtime counts threads and its queue by counters that also go down.
        private static Kind KindOf(Instrument instrument) => instrument.Name.StartsWith("dotnet.thread_pool.", StringComparison.Ordinal) ? Kind.Gauge : instrument.GetType().Name switch
        {
            "Histogram`1" => Kind.Histogram,
            "Counter`1" => Kind.Counter,
            "ObservableCounter`1" => Kind.ObservedCounter,
            _ => Kind.Gauge,
        };

        private enum Kind
        {
            Histogram,
            Counter,
            ObservedCounter,
            Gauge,
        }
    }
}
