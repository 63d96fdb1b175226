using System.Diagnostics;
using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MemoryStores.Server.Telemetry;

/// <summary>
/// Sends our measurements, ASP.NET Core's and the runtime's, and a span for each request, to the collector the operator named.
/// Nothing of OpenTelemetry is loaded without one: this file is the only one that knows it.
/// </summary>
internal sealed class OtlpExport(Uri collector) : IHostedService, IDisposable
{
    // At the end of the server: what a collector that does not answer may hold it up.
    private const int LastExportMilliseconds = 3_000;

    private static readonly string[] Meters =
        ["MemoryStores.Http", "MemoryStores.Storage", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private MeterProvider? measurements;
    private TracerProvider? spans;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add(IServiceCollection services, Uri collector) => services.AddHostedService(_ => new OtlpExport(collector));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var self = ResourceBuilder.CreateEmpty().AddService("memstores", serviceVersion: Product.Version);
        measurements = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(self).AddMeter(Meters)
            .AddOtlpExporter(otlp => To(otlp, "v1/metrics")).Build();
        spans = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(self).AddSource("Microsoft.AspNetCore")
            .AddProcessor(new WithoutAnybodysWords()).AddOtlpExporter(otlp => To(otlp, "v1/traces")).Build();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Task.Run(() => spans?.Shutdown(LastExportMilliseconds), cancellationToken), Task.Run(() => measurements?.Shutdown(LastExportMilliseconds), cancellationToken));

    public void Dispose()
    {
        spans?.Dispose();
        measurements?.Dispose();
    }

    private void To(OtlpExporterOptions otlp, string signal)
    {
        otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/{signal}");
    }

    /// <summary>Of what ASP.NET Core notes of a request, what no client has written: the pattern of the route, and no path or query.</summary>
    private sealed class WithoutAnybodysWords : BaseProcessor<Activity>
    {
        private static readonly string[] Kept =
            ["http.request.method", "http.route", "http.response.status_code", "network.protocol.name", "network.protocol.version", "url.scheme", "error.type"];

        public override void OnEnd(Activity data)
        {
            foreach (var tag in data.TagObjects.Select(tag => tag.Key).Except(Kept).ToList()) data.SetTag(tag, null);
            if (data.GetTagItem("http.route") is null) data.DisplayName = "request";
            data.TraceStateString = null;
        }
    }
}
