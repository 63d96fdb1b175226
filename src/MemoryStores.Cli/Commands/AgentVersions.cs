using System.Globalization;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class AgentVersions
{
    public static readonly Command Command = new()
    {
        Name = "agent versions",
        Summary = "List the versions of an agent, the current one first",
        Arguments = [Arguments.Agent],
        Options = [Options.Limit, Options.Page],
        Examples = ["memstores agent versions gardener"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var (limit, page, id) = (call.Number(Options.Limit, 1, Limits.PageItems), call.Text(Options.Page), await WorkspaceNames.AgentAsync(call.Client, call.Argument(0)));
        var versions = await Listing.ReadAsync(call, limit, page,
            () => call.Client.Agents.ListVersionsAsync(id, limit, page), () => call.Client.Agents.ListVersionPagesAsync(id, Limits.PageItems), "versions");
        if (versions is null) return ExitCode.Done;
        return Shown.Rows(call, versions, version => version.Version.ToString(CultureInfo.InvariantCulture), "Nothing.",
            new Table(new Column("VERSION") { IsNumber = true }, new Column("MADE"), new Column("NAME") { ShortenedTo = 12 }, new Column("MODEL") { ShortenedTo = 8 }, new Column("DESCRIPTION") { ShortenedTo = 0 }),
            version => [version.Version.ToString(CultureInfo.InvariantCulture), Readable.Ago(version.UpdatedAt, call.Surroundings.Time), version.Name, version.Model.Id, version.Description ?? ""]);
    }
}
