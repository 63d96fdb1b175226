using System.Net;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Http;
using MemoryStores.Sqlite;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MemoryStores.Server;

/// <summary>
/// One server from start to end: 1. take the data directory; 2. open the engine; 3. see to the admin key; 4. listen, and
/// say so; 5. on a signal, answer what was taken; 6. close the engine.
/// </summary>
internal static class Serve
{
    // Long enough for a slow client to receive its answer, short enough for an init system's patience.
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h")) return Help.Print(Help.Serve);
        if (!ServeOptions.TryParse(arguments, out var options, out var problem)) return Help.Refuse(problem, "memstores serve --help");
        try
        {
            using var data = DataDirectory.Open(options.Data); // 1.
            await using var engine = new SqliteEngine(data.Database, TimeProvider.System); // 2.
            var newKey = await SeeToAdminKeyAsync(options, data, engine); // 3.
            var pageTokens = await new InstallationSecret(engine).RunAsync(InstallationSecret.PageTokens, CancellationToken.None);
            await using var app = Build(options, engine, pageTokens);
            WatchStartupWork(app, engine);
            await app.StartAsync(); // 4.
            Announce(app, newKey);
            await app.WaitForShutdownAsync(); // 5.
            return Help.Done; // 6.
        }
        catch (DataDirectoryException unusable)
        {
            return Fail(unusable.Message);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            return Fail($"{options.Listen.OriginalString} is in use by another program; choose another address with --listen.");
        }
        catch (IOException unusable)
        {
            return Fail($"Cannot listen on {options.Listen.OriginalString}: {unusable.Message}");
        }
        catch (System.Net.Sockets.SocketException unusable)
        {
            return Fail($"Cannot listen on {options.Listen.OriginalString}: {unusable.Message}");
        }
    }

    /// <summary>Makes sure that some key opens the server; the new key, when one was made up for the operator.</summary>
    private static async Task<string?> SeeToAdminKeyAsync(ServeOptions options, DataDirectory data, IStorageEngine engine)
    {
        var ensure = new EnsureAdminKey(engine);
        if (options.BootstrapKey is { } given)
        {
            await ensure.RunAsync(given, CancellationToken.None);
            if (!File.Exists(data.AdminKey)) DataDirectory.WritePrivate(data.AdminKey, given + "\n");
            return null;
        }
        if (File.Exists(data.AdminKey))
        {
            var kept = (await File.ReadAllTextAsync(data.AdminKey)).Trim();
            if (kept.Length > 0) await ensure.RunAsync(kept, CancellationToken.None);
            return null;
        }
        // The file comes first: a crash between the two leaves a key that the next start makes valid, never a lost one.
        var made = Secret.New();
        DataDirectory.WritePrivate(data.AdminKey, made + "\n");
        await ensure.RunAsync(made, CancellationToken.None);
        return made;
    }

    private static WebApplication Build(ServeOptions options, SqliteEngine engine, byte[] pageTokens)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "memstores" });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        builder.Logging.SetMinimumLevel(options.LogLevel)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // Its one error, a failed start, is told by Fail in a line.
            .AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"))
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options.Listen));
        var app = builder.Build();
        Api.Map(app, engine, options, pageTokens);
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, Uri url)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // BodyReader holds the bound, and answers it with the envelope.
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(KestrelRefusals.InEnvelope));
        if (url.Host == "localhost") kestrel.ListenLocalhost(url.Port);
        else kestrel.Listen(IPAddress.Parse(url.IdnHost), url.Port);
    }

    private static void WatchStartupWork(WebApplication app, SqliteEngine engine)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("MemoryStores.Storage");
        if (engine.EndedUncleanly) Log.CheckingAfterUncleanEnd(log);
        engine.StartupWork.ContinueWith(work =>
        {
            if (work.Exception is { } broken) Log.StartupWorkFailed(log, broken.GetBaseException());
            else if (engine.Ailment is { } ailment) Log.DatabaseDamaged(log, ailment);
            else if (engine.EndedUncleanly) Log.CheckedAfterUncleanEnd(log);
        }, TaskScheduler.Default);
    }

    private static void Announce(WebApplication app, string? newKey)
    {
        if (newKey is not null) Console.Out.WriteLine($"admin key (shown once, kept in admin.key of the data directory): {newKey}");
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Console.Out.WriteLine($"listening on {addresses.First()}");
    }

    private static int Fail(string problem)
    {
        Console.Error.WriteLine("memstores: " + problem);
        return Help.Failed;
    }
}
