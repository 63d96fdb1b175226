using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class SessionList
{
    private static readonly Option Agent = new("--agent", "only those of this agent") { Value = "AGENT", Completes = Completes.Agents };
    private static readonly Option Store = new("--store", "only those that have this store") { Value = "STORE", Completes = Completes.Stores };
    private static readonly Option Status = new("--status", "only those that are so") { Value = "STATUS", Choices = ["idle", "running", "rescheduling", "terminated"] };
    private static readonly Option Since = new("--since", "only those made since: a time, or a span before now such as 7d") { Value = "WHEN" };
    private static readonly Option OldestFirst = new("--oldest-first", "the oldest first");

    public static readonly Command Command = new()
    {
        Name = "session list",
        Summary = "List the sessions, the newest first",
        Options = [Agent, Store, Status, Since, OldestFirst, Options.Archived, Options.Limit, Options.Page],
        Examples = ["memstores session list --limit 20", "memstores session list --agent gardener --status running", "memstores session list --since 7d --json"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var query = new SessionListQuery
        {
            AgentId = call.Text(Agent) is { } agent ? await WorkspaceNames.AgentAsync(call.Client, agent) : null,
            StoreId = call.Text(Store) is { } store ? await StoreNames.ResolveAsync(call.Client, store) : null,
            Status = call.Text(Status),
            CreatedFrom = call.Text(Since) is { } since ? Span.TimeBefore(call, Since, since) : null,
            OldestFirst = call.Has(OldestFirst),
            IncludeArchived = call.Has(Options.Archived),
            Limit = call.Number(Options.Limit, 1, Limits.PageItems),
            Page = call.Text(Options.Page),
        };
        var sessions = await Listing.ReadAsync(call, query.Limit, query.Page,
            () => call.Client.Sessions.ListAsync(query), () => call.Client.Sessions.ListPagesAsync(query with { Limit = Limits.PageItems }), "sessions");
        if (sessions is null) return ExitCode.Done;
        return Shown.Rows(call, sessions, session => session.Id, "No sessions. Make one: memstores session create --agent AGENT --environment ENVIRONMENT",
            new Table(new Column("ID"), new Column("STATUS"), new Column("CREATED"), new Column("AGENT") { ShortenedTo = 8 }, new Column("STORES") { ShortenedTo = 8 }, new Column("TITLE") { ShortenedTo = 12 }),
            session => [session.Id, session.Status, Readable.Ago(session.CreatedAt, call.Surroundings.Time), session.Agent.Name,
                string.Join(", ", session.Resources.OfType<StoreResource>().Select(one => one.Name)), session.Title ?? ""]);
    }
}
