using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class Log
{
    private static readonly Option Follow = new("--follow", "then go on with what happens, the oldest first, until Ctrl-C") { Short = "-f" };
    private static readonly Option Conflicts = new("--conflicts", "only where a save contradicted another");
    private static readonly Option Path = new("--path", "only what stands at this path") { Value = "PATH", Completes = Completes.Paths };
    private static readonly Option Prefix = new("--prefix", "only what stands below this directory") { Value = "DIR", Completes = Completes.Paths };
    private static readonly Option All = new("--all", "all of it, not one page");

    public static readonly Command Command = new()
    {
        Name = "log",
        Summary = "Show what happened in a store: who did what, where and when",
        Arguments = [Arguments.Store],
        Options = [Follow, Conflicts, Path, Prefix, All, Options.Limit, Options.Page],
        About = $"""
            Shows the newest {Limits.PageItemsDefault}, newest first, unless --limit or --all says otherwise. With --follow the oldest of them comes
            first and what happens next comes below; a server that goes away is waited for, and --json prints one object to a line. A conflict names both versions: the one
            saved, and the one whose text it does not contain. What was redacted stands at no path any more.
            """,
        Examples =
        [
            "memstores log notes",
            "memstores log notes --conflicts",
            "memstores log notes --prefix /house/ --limit 50",
            "memstores log notes --follow --json",
        ],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var follow = call.Has(Follow);
        if (call.Has(Path) && call.Has(Prefix)) throw call.BadUsage($"{Path.Name} and {Prefix.Name} exclude each other");
        if (call.Has(All) && call.Has(Options.Limit)) throw call.BadUsage($"{All.Name} has no {Options.Limit.Name}");
        if (follow && (call.Has(All) || call.Has(Options.Page))) throw call.BadUsage($"{Follow.Name} has neither {All.Name} nor {Options.Page.Name}; it begins with the newest {Options.Limit.Name}");
        var limit = call.Number(Options.Limit, follow ? 0 : 1, Limits.PageItems);
        var query = new HistoryListQuery
        {
            Kind = call.Has(Conflicts) ? LogLines.Conflict : null,
            Path = call.Text(Path) is { } path ? MemoryPaths.Check(path) : null,
            PathPrefix = call.Text(Prefix) is { } directory ? Directory(call, directory) : null,
            Limit = limit,
            Page = call.Text(Options.Page),
        };
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        try
        {
            if (follow) await new LogFollow(call, store, query).RunAsync(limit ?? Limits.PageItemsDefault);
            else await ShowAsync(call, store, query);
        }
        catch (ApiException absent) when (absent.Status is 404 or 405)
        {
            if ((await call.Client.Server.FindAsync())?.Value.Offers("history") is true) throw;
            throw new CommandException(ExitCode.Failed, "this server does not tell its history (GET /ext/v1 names no feature 'history'); 'memstores version list' shows the versions");
        }
        return ExitCode.Done;
    }

    private static async Task ShowAsync(Invocation call, string store, HistoryListQuery query)
    {
        var all = call.Has(All);
        var entries = await Listing.ReadAsync(call, all ? null : query.Limit ?? Limits.PageItemsDefault, all ? null : query.Page,
            () => call.Client.History.ListAsync(store, query), () => call.Client.History.ListPagesAsync(store, query with { Limit = Limits.PageItems }), "the history");
        if (entries is null) return;
        if (call.IsQuiet) entries.ForEach(entry => call.Print(LogLines.Seq(entry)));
        else if (entries.Count == 0) call.Remark(query.Kind is null ? "Nothing." : "No conflicts.");
        else call.Print(Table(call, entries));
    }

    private static Table Table(Invocation call, List<HistoryEntryBody> entries)
    {
        var table = new Table(
            new Column("SEQ") { IsNumber = true }, new Column("WHEN"), new Column("WHAT"), new Column("PATH") { ShortenedTo = 16 }, new Column("WHO") { ShortenedTo = 8 });
        foreach (var entry in entries)
        {
            table.Add(LogLines.Seq(entry), Readable.Ago(entry.CreatedAt, call.Surroundings.Time), LogLines.What(entry), LogLines.Where(entry), Readable.Actor(entry.Actor));
            foreach (var line in LogLines.Below(entry, call.Argument(0))) table.AddBelow(line);
        }
        return table;
    }

    private static string Directory(Invocation call, string text) =>
        text.StartsWith('/') ? text.TrimEnd('/') + "/" : throw call.BadUsage($"{Prefix.Name} takes a directory such as /notes/, not '{text}'");
}
