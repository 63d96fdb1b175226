using System.Globalization;
using System.Text.Json;
using MemoryStores.Cli.Mounting;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Commands;

/// <summary>
/// Started by 'mount --background', never by people, once everything is checked: reads the key from standard input, leaves the
/// terminal, mounts, and tells by <see cref="DaemonNews"/> how that went.
/// </summary>
internal static class MountDaemon
{
    /// <summary>In the place of a store: all of the session's.</summary>
    public const string AllStores = "*";

    public static readonly Command Command = new()
    {
        Name = "mount-daemon",
        Summary = "Hold a mount in the background; the key is the first line of standard input, and the token of a session the second",
        Arguments = [Arguments.Store, new Argument("DIR", "canonical, and ready")],
        Options = [MountStore.ReadOnly, MountStore.Sync, MountStore.ImportStray, MountStore.AllowOther, MountStore.Owner, MountStore.Session],
        Ends = Command.OfCalls,
        IsHidden = true,
        Run = MountVerbs.Guarded(RunAsync),
    };

    /// <summary>The words that start it, without the key.</summary>
    public static IEnumerable<string> Words(Invocation call, MountOptions options, OpenSession? session = null)
    {
        var server = (session?.Client ?? call.Client).Connection.Server;
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
        if (options.Session is { } id)
        {
            yield return MountStore.Session.Name;
            yield return id;
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
            var token = call.Has(MountStore.Session) && Ask.Line(call.Surroundings) is { Length: > 0 } second ? second : null;
            using var asked = new Invocation(given, call.Surroundings, call.Commands);
            var registry = MountVerbs.Registry(call);
            var directory = call.Argument(1);
            using var session = call.Text(MountStore.Session) is { } id ? await OpenSession.OpenAsync(asked, id, token) : null;
            var stores = session is null
                ? [MountStore.Of(call, (await asked.Client.Stores.GetAsync(call.Argument(0))).Value, directory, MountStore.ParseOwner(call))]
                : await SessionMounting.StoresAsync(call, session, call.Argument(0) == AllStores ? null : call.Argument(0), directory);
            LeaveTerminal(call, registry.LogFor(directory));
            await using var log = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
            void Say(string line) =>
                log.WriteLine($"{call.Surroundings.Time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)} {PlainText.Of(line)}");
            void Ready()
            {
                Tell(news, new DaemonNews { Ready = true });
                news.Dispose();
                Detachment.CloseOutput();
                Say($"mounted {directory}");
            }
            if (session is not null) await SessionMounting.RunAsync(session, stores, registry, Say, Ready);
            else await new MountRun(asked.Client, stores, registry, Say).RunAsync(Ready);
            Say($"unmounted {directory}");
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
