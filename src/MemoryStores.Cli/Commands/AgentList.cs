using System.Globalization;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class AgentList
{
    public static readonly Command Command = new()
    {
        Name = "agent list",
        Summary = "List the agents, the newest first",
        Options = [Options.Archived, Options.Limit, Options.Page],
        Examples = ["memstores agent list", "memstores agent list --archived --json"],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var (limit, page, archived) = (call.Number(Options.Limit, 1, Limits.PageItems), call.Text(Options.Page), call.Has(Options.Archived));
        var agents = await Listing.ReadAsync(call, limit, page,
            () => call.Client.Agents.ListAsync(archived, limit, page), () => call.Client.Agents.ListPagesAsync(archived, Limits.PageItems), "agents");
        if (agents is null) return ExitCode.Done;
        var clock = call.Surroundings.Time;
        return Shown.Rows(call, agents, agent => agent.Id, "No agents yet. Make one: memstores agent create NAME --model MODEL",
            new Table(new Column("NAME") { ShortenedTo = 12 }, new Column("ID"), new Column("VERSION") { IsNumber = true }, new Column("MODEL") { ShortenedTo = 8 },
                new Column("CREATED"), new Column("ARCHIVED"), new Column("DESCRIPTION") { ShortenedTo = 0 }),
            agent => [agent.Name, agent.Id, agent.Version.ToString(CultureInfo.InvariantCulture), agent.Model.Id,
                Readable.Ago(agent.CreatedAt, clock), Readable.Ago(agent.ArchivedAt, clock), agent.Description ?? ""]);
    }
}
