using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MemoryStores.Benchmarks.Baselines;

/// <summary>Kestrel answering a constant: the limit of what any server on it can do. Built the way our server is.</summary>
internal static class ConstantServer
{
    public static async Task<int> RunAsync(int bytes)
    {
        var answer = Enumerable.Repeat((byte)'x', bytes).ToArray();
        await using var app = Build(WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));
        app.UseRouting();
        app.MapGet("/constant", async http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = answer.Length;
            await http.Response.BodyWriter.WriteAsync(answer);
        });
        return await ServeAsync(app);
    }

    /// <summary>Streams on which nothing ever comes: what a connection that is held open costs on Kestrel.</summary>
    public static async Task<int> RunStreamsAsync()
    {
        await using var app = Build(WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));
        app.UseRouting();
        app.MapGet("/stream", async http =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.BodyWriter.WriteAsync(":\n\n"u8.ToArray());
            var gone = new TaskCompletionSource();
            using var end = http.RequestAborted.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), gone);
            await gone.Task;
        });
        return await ServeAsync(app);
    }

    /// <summary>What <c>dotnet new web</c> makes: the start that a web program cannot do without.</summary>
    public static async Task<int> RunEmptyAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapGet("/", () => "Hello World!");
        return await ServeAsync(app);
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    public static async Task<int> ServeAsync(WebApplication app)
    {
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Console.WriteLine($"listening on {addresses.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }
}
