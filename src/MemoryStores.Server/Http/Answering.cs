using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Metrics;
using Microsoft.AspNetCore.Connections;

namespace MemoryStores.Server.Http;

/// <summary>
/// The outermost part of every request: gives it its id, and turns whatever goes wrong further in into the one envelope.
/// </summary>
internal sealed class Answering(ILogger log)
{
    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        http.TraceIdentifier = IdMint.Next("req_", Timestamp.Microseconds(TimeProvider.System.GetUtcNow()));
        http.Response.Headers["request-id"] = http.TraceIdentifier;
        var start = HttpMetrics.Begin();
        try
        {
            await next(http);
        }
        catch (Exception broken)
        {
            await AnswerAsync(http, broken);
        }
        if (http.Features.Get<TokenBearer>() is { } bearer && http.Features.Get<Refusal>() is { } why && TokenBearer.IsMisuse(why))
            Log.TokenRefused(log, bearer.Of.Value, http.Request.Method, RouteOf(http), why.GetType().Name, http.TraceIdentifier);
        // A client that left has no status of its own; 499 is what proxies call it.
        HttpMetrics.End(start, http.Request.Method, PatternOf(http) ?? HttpMetrics.NoRoute, http.RequestAborted.IsCancellationRequested ? 499 : http.Response.StatusCode);
        if (log.IsEnabled(LogLevel.Debug))
        {
            Log.Answered(log, http.Request.Method, RouteOf(http), http.Response.StatusCode,
                (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds, http.TraceIdentifier);
        }
    }

    private Task AnswerAsync(HttpContext http, Exception broken)
    {
        if (http.RequestAborted.IsCancellationRequested || broken is ConnectionResetException)
        {
            // The client is gone: nobody reads an answer, and nothing failed here. Kestrel may learn of it later than we do, and
            // would log an error when it wants the rest of the body.
            http.Abort();
            return Task.CompletedTask;
        }
        if (http.Response.HasStarted)
        {
            Log.Failed(log, broken, http.Request.Method, RouteOf(http), http.TraceIdentifier);
            http.Abort();
            return Task.CompletedTask;
        }
        switch (broken)
        {
            case BadHttpRequestException malformed:
                http.Response.Headers.Connection = "close"; // Where the next request would begin, nobody can say.
                return http.RefuseAsync(new Refusal.MalformedRequest(malformed.StatusCode, $"The request could not be read: {malformed.Message}"));
            case StorageUnavailableException unavailable:
                Log.Unavailable(log, http.Request.Method, RouteOf(http), http.TraceIdentifier, unavailable.Message);
                return http.RefuseAsync(new Refusal.Unavailable(unavailable.Message));
            default:
                Log.Failed(log, broken, http.Request.Method, RouteOf(http), http.TraceIdentifier);
                return http.RefuseAsync(new Refusal.Broken());
        }
    }

    /// <summary>The route's pattern: the path itself holds ids, and may hold anything a client typed.</summary>
    private static string RouteOf(HttpContext http) => PatternOf(http) ?? "(no route)";

    private static string? PatternOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
}
