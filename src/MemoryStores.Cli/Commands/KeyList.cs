using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class KeyList
{
    private static readonly Option All = new("--all", "revoked and expired ones too");

    public static readonly Command Command = new()
    {
        Name = "key list",
        Summary = "List the API keys of the workspace, the newest first",
        Options = [All, Options.Limit, Options.Page],
        Examples = ["memstores key list", "memstores key list --all --json"],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var (limit, page) = (call.Number(Options.Limit, 1, Limits.PageItems), call.Text(Options.Page));
        var clock = call.Surroundings.Time;
        var keys = await Listing.ReadAsync(call, limit, page,
            () => call.Client.Keys.ListAsync(limit, page), () => call.Client.Keys.ListPagesAsync(Limits.PageItems), "keys",
            key => call.Has(All) || KeyShown.State(key, clock) == "good");
        if (keys is null) return ExitCode.Done;
        if (call.IsQuiet)
        {
            keys.ForEach(key => call.Print(key.Id));
            return ExitCode.Done;
        }
        var table = new Table([new Column("NAME") { ShortenedTo = 12 }, new Column("ID"), new Column("ROLE"), new Column("CREATED"), new Column("STATE"), new Column("REACHES") { ShortenedTo = 12 }]);
        foreach (var key in keys)
            table.Add([key.Name, key.Id, key.Role, Readable.Ago(key.CreatedAt, clock), KeyShown.State(key, clock), KeyShown.Reach(key)]);
        call.Print(table);
        return ExitCode.Done;
    }
}
