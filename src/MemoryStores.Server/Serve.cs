using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Server.Configuration;
using MemoryStores.Server.Listening;
using MemoryStores.Server.Telemetry;
using MemoryStores.Sqlite;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

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
        if (!Settings.TryRead(arguments, Environment.GetEnvironmentVariable, out var settings, out var problem)
            || !ServeOptions.TryMake(settings, out var options, out problem))
            return Help.Refuse(problem, "memstores serve --help");
        try
        {
            using var data = DataDirectory.Open(options.Data); // 1.
            await using var engine = new SqliteEngine(data.Database, TimeProvider.System); // 2.
            var newKey = await SeeToAdminKeyAsync(options, data, engine); // 3.
            var pageTokens = await new InstallationSecret(engine).RunAsync(InstallationSecret.PageTokens, CancellationToken.None);
            ReloadingCertificate? certificate = null;
            await using var app = Build(options, engine, pageTokens, () => certificate!);
            WatchStartupWork(app, engine);
            certificate = Listener.Prepare(options.Listen, app.Services.GetRequiredService<ILoggerFactory>());
            await app.StartAsync(); // 4.
            Listener.Close(options.Listen);
            Announce(app, options.Listen, newKey);
            await app.WaitForShutdownAsync(); // 5.
            return Help.Done; // 6.
        }
        catch (DataDirectoryException unusable)
        {
            return Fail(unusable.Message);
        }
        catch (ListenException unusable)
        {
            return Fail(unusable.Message);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            return Fail($"{options.Listen} is in use by another program; choose another address with --listen.");
        }
        catch (Exception unusable) when (unusable is IOException or System.Net.Sockets.SocketException)
        {
            return Fail($"Cannot listen on {options.Listen}: {unusable.Message}");
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

    private static WebApplication Build(
        ServeOptions options, SqliteEngine engine, byte[] pageTokens, Func<ReloadingCertificate> certificate)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "memstores" });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        builder.Logging.SetMinimumLevel(options.LogLevel)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None) // Its one error, a failed start, is told by Fail in a line.
            .AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"))
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRoutingCore();
        if (options.OtlpEndpoint is { } collector) OtlpExport.Add(builder.Services, collector);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listener.Configure(kestrel, options.Listen, certificate));
        if (options.Listen is ListenAddress.Tcp { IsTls: true }) builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        Api.Map(app, engine, options, pageTokens);
        return app;
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

    private static void Announce(WebApplication app, ListenAddress address, string? newKey)
    {
        if (newKey is not null) Console.Out.WriteLine($"admin key (shown once, kept in admin.key of the data directory): {newKey}");
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Console.Out.WriteLine($"listening on {(address is ListenAddress.Unix ? address.ToString() : addresses.First())}");
    }

    private static int Fail(string problem)
    {
        Console.Error.WriteLine("memstores: " + problem);
        return Help.Failed;
    }
}
