using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class EnvironmentList
{
    public static readonly Command Command = new()
    {
        Name = "environment list",
        Summary = "List the environments, the newest first",
        Options = [Options.Archived, Options.Limit, Options.Page],
        Examples = ["memstores environment list --json"],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var (limit, page, archived) = (call.Number(Options.Limit, 1, Limits.PageItems), call.Text(Options.Page), call.Has(Options.Archived));
        var environments = await Listing.ReadAsync(call, limit, page,
            () => call.Client.Environments.ListAsync(archived, limit, page), () => call.Client.Environments.ListPagesAsync(archived, Limits.PageItems), "environments");
        if (environments is null) return ExitCode.Done;
        var clock = call.Surroundings.Time;
        return Shown.Rows(call, environments, one => one.Id, "No environments yet. Make one: memstores environment create NAME",
            new Table(new Column("NAME") { ShortenedTo = 12 }, new Column("ID"), new Column("TYPE"), new Column("CREATED"), new Column("ARCHIVED"), new Column("DESCRIPTION") { ShortenedTo = 0 }),
            one => [one.Name, one.Id, one.Config.Type, Readable.Ago(one.CreatedAt, clock), Readable.Ago(one.ArchivedAt, clock), one.Description ?? ""]);
    }
}
