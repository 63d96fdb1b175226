using MemoryStores.Contract;
using MemoryStores.Server.Configuration;

namespace MemoryStores.Server;

/// <summary>What <c>memstores serve</c> says about itself; the other verbs have theirs in the command line.</summary>
internal static class Help
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;

    public static string Serve => $"""
        usage: memstores serve [options]

        Runs the server in the foreground until SIGTERM or Ctrl-C; what it took by then is answered first.

        {Options()}
          {"--config FILE",-24} settings as a JSON object; default /etc/memstores/memstores.json where that is there

        A setting is taken from its flag, else from the environment (MEMSTORES_LISTEN for --listen), else from the file ("listen").
        memstores config show tells what each is and where it comes from.

        limits and their defaults:
        {string.Join('\n', Limits.Names.Select(name => $"  {name,-24} {Default(name),12:N0}"))}

        Prints 'listening on URL' to standard output when ready; logs go to standard error as JSON, without content or keys.
        GET /healthz tells that the process lives, GET /readyz that it takes requests.

        exit codes: 0 ended by a signal, 1 failed, 2 bad usage
        """;

    public const string ConfigShow = """
        usage: memstores config show [options of memstores serve]

        Prints every setting of the server with its value and where that comes from: a flag, a variable of the environment, a
        file, or the default. Secrets are masked. Takes the options of memstores serve, and starts nothing.

        exit codes: 0 done, 2 a setting is wrong
        """;

    private static string Options() => string.Join('\n', Setting.All.SelectMany(OptionLines));

    /// <summary>The option, then its meaning in lines that fit a terminal.</summary>
    private static IEnumerable<string> OptionLines(Setting setting)
    {
        const int width = 92;
        var meaning = setting.Meaning + (setting.Default is null ? "" : $" (default {setting.Default})");
        var start = $"  {setting.Flag} {setting.Value}".PadRight(27);
        var line = start;
        foreach (var word in meaning.Split(' '))
        {
            if (line.Length + word.Length + 1 > 27 + width)
            {
                yield return line;
                line = new string(' ', 27);
            }
            line += (line.Length == 27 && line[^1] == ' ' ? "" : " ") + word;
        }
        yield return line;
    }

    public static int Print(string text)
    {
        Console.Out.WriteLine(text);
        return Done;
    }

    public static int Refuse(string problem, string command = "memstores --help")
    {
        Console.Error.WriteLine($"memstores: {problem}. See {command}.");
        return BadUsage;
    }

    private static long Default(string name)
    {
        var limits = new Limits();
        return name switch
        {
            "memory_bytes" => limits.MemoryBytes,
            "memories_per_store" => limits.MemoriesPerStore,
            "store_bytes" => limits.StoreBytes,
            _ => limits.StoresPerWorkspace,
        };
    }
}
