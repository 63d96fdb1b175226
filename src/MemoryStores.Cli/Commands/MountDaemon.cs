using System.Globalization;
using System.Text.Json;
using MemoryStores.Cli.Mounting;
using MemoryStores.Client;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Commands;

/// <summary>
/// Started by 'mount --background', never by people, once everything is checked: reads the key from standard input, leaves the
/// terminal, mounts, and tells by <see cref="DaemonNews"/> how that went.
/// </summary>
internal static class MountDaemon
{
    public static readonly Command Command = new()
    {
        Name = "mount-daemon",
        Summary = "Hold a mount in the background; the key is the first line of standard input",
        Arguments = [Arguments.Store, new Argument("DIR", "canonical, and ready")],
        Options = [MountStore.ReadOnly, MountStore.Sync, MountStore.ImportStray, MountStore.AllowOther, MountStore.Owner],
        Ends = Command.OfCalls,
        IsHidden = true,
        Run = MountVerbs.Guarded(RunAsync),
    };

    /// <summary>The words that start it, without the key.</summary>
    public static IEnumerable<string> Words(Invocation call, MountOptions options)
    {
        var server = call.Client.Connection.Server;
        yield return Command.Name;
        yield return GlobalOptions.Url.Name;
        // It runs in another directory.
        yield return server.SocketPath is { } socket ? "unix:" + socket : server.ToString();
        if (call.Text(GlobalOptions.CaFile) is { } file)
        {
            yield return GlobalOptions.CaFile.Name;
            yield return Path.GetFullPath(file);
        }
        if (options.ReadOnly) yield return MountStore.ReadOnly.Name;
        if (options.ImportStray) yield return MountStore.ImportStray.Name;
        if (options.Sync)
        {
            yield return MountStore.Sync.Name;
            yield return "sync";
        }
        if (options.AllowOther) yield return MountStore.AllowOther.Name;
        if (call.Text(MountStore.Owner) is { } owner)
        {
            yield return MountStore.Owner.Name;
            yield return owner;
        }
        yield return "--";
        yield return options.Store;
        yield return options.Directory;
    }

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var news = call.Surroundings.Out;
        try
        {
            var key = Ask.Line(call.Surroundings) ?? "";
            var given = call.Given with { Options = [.. call.Given.Options, (GlobalOptions.Key, key)] };
            using var client = new MemoryStoresClient(ConnectionSettings.Find(given, call.Surroundings).Connection);
            var store = (await client.Stores.GetAsync(call.Argument(0))).Value;
            var registry = MountVerbs.Registry(call);
            var options = MountStore.Of(call, store, call.Argument(1), MountStore.ParseOwner(call));
            LeaveTerminal(call, registry.LogFor(options.Directory));
            await using var log = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
            void Say(string line) =>
                log.WriteLine($"{call.Surroundings.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)} {PlainText.Of(line)}");
            await new MountRun(client, options, registry, Say).RunAsync(() =>
            {
                Tell(news, new DaemonNews { Ready = true });
                news.Dispose();
                Detachment.CloseOutput();
                Say($"mounted {options.Directory}");
            });
            Say($"unmounted {options.Directory}");
            return ExitCode.Done;
        }
        catch (Exception ended)
        {
            var code = CommandLine.CodeOf(ended);
            // The log has all of it; who waits gets what a person can use.
            await Console.Error.WriteLineAsync(ended.ToString());
            if (news.CanWrite) TellEnd(news, new DaemonNews { Failed = ended.Message, Code = code });
            return code;
        }
    }

    private static void LeaveTerminal(Invocation call, string log)
    {
        call.Surroundings.In.Dispose();
        call.Surroundings.Error.Dispose();
        Detachment.FromTerminal(log);
    }

    private static void TellEnd(Stream news, DaemonNews what)
    {
        try
        {
            Tell(news, what);
        }
        catch (IOException)
        {
            // Nobody waits any more.
        }
    }

    private static void Tell(Stream news, DaemonNews what) =>
        news.Write([.. JsonSerializer.SerializeToUtf8Bytes(what, DaemonJson.Default.DaemonNews), (byte)'\n']);
}
