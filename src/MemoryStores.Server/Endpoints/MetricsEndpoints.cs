using System.Text;
using MemoryStores.Server.Http;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server.Endpoints;

/// <summary>
/// /metrics, for anyone who reaches the server, as /healthz is: it holds numbers, patterns of routes and types of errors, and
/// no id, name, path or query of anybody, and scrapers seldom send keys.
/// </summary>
internal sealed class MetricsEndpoints(Prometheus metrics, StorageTotalsMetrics totals)
{
    public void Map(IEndpointRouteBuilder app) => app.MapGroup("", Surface.Open).MapGet("/metrics", Scrape);

    private async Task Scrape(HttpContext http)
    {
        await totals.RefreshAsync();
        var text = Encoding.UTF8.GetBytes(metrics.Scrape());
        http.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        http.Response.ContentLength = text.Length;
        await http.Response.Body.WriteAsync(text, http.RequestAborted);
    }
}
