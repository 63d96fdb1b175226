using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class StoreList
{
    private static readonly Option Archived = new("--archived", "archived ones too");

    public static readonly Command Command = new()
    {
        Name = "store list",
        Summary = "List the memory stores, the newest first",
        Options = [Archived, Options.Limit, Options.Page],
        Examples = ["memstores store list", "memstores store list --archived --json"],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var query = new StoreListQuery { IncludeArchived = call.Has(Archived), Page = call.Text(Options.Page), Limit = call.Number(Options.Limit, 1, Limits.PageItems) };
        var stores = await Listing.ReadAsync(call, query.Limit, query.Page,
            () => call.Client.Stores.ListAsync(query), () => call.Client.Stores.ListPagesAsync(query with { Limit = Limits.PageItems }), "stores");
        if (stores is null) return ExitCode.Done;
        if (call.IsQuiet) stores.ForEach(store => call.Print(store.Id));
        else if (stores.Count == 0) call.Remark("No stores yet. Make one: memstores store create NAME");
        else call.Print(Table(call, stores));
        return ExitCode.Done;
    }

    private static Table Table(Invocation call, List<StoreBody> stores)
    {
        var withArchived = stores.Any(store => store.ArchivedAt is not null);
        var table = new Table(
        [
            new Column("NAME") { ShortenedTo = 12 }, new Column("ID"), new Column("CREATED"),
            .. withArchived ? [new Column("ARCHIVED")] : Array.Empty<Column>(),
            new Column("DESCRIPTION") { ShortenedTo = 0 },
        ]);
        foreach (var store in stores)
        {
            table.Add(
            [
                store.Name, store.Id, Readable.Ago(store.CreatedAt, call.Surroundings.Time),
                .. withArchived ? [Readable.Ago(store.ArchivedAt, call.Surroundings.Time)] : Array.Empty<string>(),
                store.Description,
            ]);
        }
        return table;
    }
}
