using MemoryStores.Contract;

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

          --data DIR            where everything is kept (default ./.memstores); made if missing, private to you
          --listen URL          http://HOST:PORT (default http://127.0.0.1:7878); port 0 takes a free one
          --bootstrap-key KEY   an API key that opens the default workspace; without it the first start makes one,
                                prints it once and keeps it in DIR/admin.key
          --insecure-http       allow --listen on other addresses than loopback without TLS
          --limit NAME=VALUE    change a limit; may be repeated. Names and defaults:
        {string.Join('\n', Limits.Names.Select(name => $"                                  {name,-22} {Default(name),12:N0}"))}
          --log-level LEVEL     debug (a line for each request), info (default), warning, error

        Prints 'listening on URL' to standard output when ready; logs go to standard error as JSON, without content or keys.
        GET /healthz tells that the process lives, GET /readyz that it takes requests.

        exit codes: 0 ended by a signal, 1 failed, 2 bad usage
        """;

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
