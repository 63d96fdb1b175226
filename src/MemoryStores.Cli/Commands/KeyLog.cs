using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class KeyLog
{
    public static readonly Command Command = new()
    {
        Name = "key log",
        Summary = "Show what administrators did to keys, the newest first",
        Options = [Options.Limit, Options.Page],
        Examples = ["memstores key log", "memstores key log --limit 10 --json"],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var (limit, page) = (call.Number(Options.Limit, 1, Limits.PageItems), call.Text(Options.Page));
        var entries = await Listing.ReadAsync(call, limit, page,
            () => call.Client.Keys.ListAdministrationAsync(limit, page), () => call.Client.Keys.ListAdministrationPagesAsync(Limits.PageItems), "the log");
        if (entries is null) return ExitCode.Done;
        var table = new Table([new Column("WHEN"), new Column("ACTION"), new Column("ON"), new Column("BY")]);
        foreach (var entry in entries) table.Add([entry.At, entry.Action, entry.Subject, entry.ApiKeyId]);
        call.Print(table);
        return ExitCode.Done;
    }
}
