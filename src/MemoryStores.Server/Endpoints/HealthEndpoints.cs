using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>/healthz: the process answers. /readyz: it takes reads and writes.</summary>
internal sealed class HealthEndpoints(IStorageEngine storage, IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("", Surface.Open);
        health.MapGet("/healthz", Healthy);
        health.MapGet("/readyz", Ready);
    }

    private static Task Healthy(HttpContext http) => http.AnswerAsync(new HealthBody("ok", null), WireJson.Wire.HealthBody);

    private Task Ready(HttpContext http)
    {
        var reason = lifetime.ApplicationStopping.IsCancellationRequested ? "The server is shutting down." : storage.Ailment;
        return http.WriteAsync(reason is null ? 200 : 503, new HealthBody(reason is null ? "ready" : "not ready", reason), WireJson.Wire.HealthBody);
    }
}
