using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class VersionList
{
    private static readonly Option Memory = new("--memory", "only of this memory, by path or by id; a deleted one by id") { Value = "PATH", Completes = Completes.Paths };
    private static readonly Option Operation = new("--operation", "only created, modified or deleted") { Value = "NAME", Choices = ["created", "modified", "deleted"] };
    private static readonly Option Key = new("--by-key", "only those written with this key") { Value = "KEY-ID" };
    private static readonly Option Session = new("--by-session", "only those written by this session") { Value = "SESSION-ID" };
    private static readonly Option Since = new("--since", "only from this time on, such as 2026-11-02T08:15:30Z") { Value = "TIME" };
    private static readonly Option Until = new("--until", "only up to this time") { Value = "TIME" };
    private static readonly Option All = new("--all", "all of them, not one page");

    public static readonly Command Command = new()
    {
        Name = "version list",
        Summary = "List what changed in a store, the newest first",
        Arguments = [Arguments.Store],
        Options = [Memory, Operation, Key, Session, Since, Until, Options.Full, All, Options.Limit, Options.Page],
        About = $"Shows the newest {Limits.PageItemsDefault} unless --limit or --all says otherwise.",
        Examples = ["memstores version list notes", "memstores version list notes --memory /house/roof.md --all", "memstores version list notes --operation deleted --json"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Has(All) && call.Has(Options.Limit)) throw call.BadUsage($"{All.Name} has no {Options.Limit.Name}");
        var limit = call.Number(Options.Limit, 1, Limits.PageItems);
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var query = new VersionListQuery
        {
            MemoryId = call.Text(Memory) is not { } named ? null
                : MemoryId.TryParse(named) is not null ? named
                : (await MemoryPaths.FindAsync(call.Client, store, named)).Id,
            Operation = call.Text(Operation),
            ApiKeyId = call.Text(Key),
            SessionId = call.Text(Session),
            CreatedFrom = call.Text(Since),
            CreatedUntil = call.Text(Until),
            WithContent = call.IsJson && call.Has(Options.Full),
            Limit = limit,
            Page = call.Text(Options.Page),
        };
        var versions = await Listing.ReadAsync(call, call.Has(All) ? null : limit ?? Limits.PageItemsDefault, call.Has(All) ? null : query.Page,
            () => call.Client.Versions.ListAsync(store, query), () => call.Client.Versions.ListPagesAsync(store, query with { Limit = Limits.PageItems }), "versions");
        if (versions is null) return ExitCode.Done;
        if (call.IsQuiet) versions.ForEach(version => call.Print(version.Id));
        else if (versions.Count == 0) call.Remark("No versions.");
        else call.Print(Table(call, versions));
        return ExitCode.Done;
    }

    private static Table Table(Invocation call, List<VersionBody> versions)
    {
        var table = new Table(
            new Column("VERSION"), new Column("WHEN"), new Column("OPERATION"), new Column("SIZE") { IsNumber = true },
            new Column("PATH") { ShortenedTo = 16 }, new Column("BY") { ShortenedTo = 8 });
        foreach (var version in versions)
        {
            table.Add(version.Id, Readable.Ago(version.CreatedAt, call.Surroundings.Time), version.Operation,
                Readable.Number(version.ContentSizeBytes), version.Path ?? (version.RedactedAt is null ? "" : "(redacted)"), Readable.Actor(version.CreatedBy));
        }
        return table;
    }
}
