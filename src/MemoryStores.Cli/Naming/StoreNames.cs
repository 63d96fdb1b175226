using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli;

/// <summary>From what a person calls a store to its id: the id itself, or a name that one store alone has.</summary>
internal static class StoreNames
{
    // Enough to recognise one's own among them.
    private const int NamesShown = 5;

    public static async Task<string> ResolveAsync(MemoryStoresClient client, string named)
    {
        if (StoreId.TryParse(named) is not null) return named;
        var stores = new List<StoreBody>();
        await foreach (var page in client.Stores.ListPagesAsync(new StoreListQuery { IncludeArchived = true, Limit = Limits.PageItems }))
            stores.AddRange(page.Value.Data);
        var namesakes = stores.Where(store => store.Name == named).ToList();
        // An archived store gives its name up to one that is in use.
        var candidates = namesakes.Any(store => store.ArchivedAt is null) ? namesakes.Where(store => store.ArchivedAt is null).ToList() : namesakes;
        return candidates switch
        {
            [var one] => one.Id,
            [] => throw Unknown(named, stores),
            _ => throw new CommandException(ExitCode.BadUsage,
                $"{candidates.Count} stores are called '{named}'; name one by its id: {string.Join(", ", candidates.Take(NamesShown).Select(store => $"{store.Id} (made {store.CreatedAt[..10]})"))}"),
        };
    }

    private static CommandException Unknown(string named, List<StoreBody> stores)
    {
        var near = Suggestion.For(named, stores.Select(store => store.Name));
        var cure = near is not null ? Suggestion.Ask(near)
            : stores.Count == 0 ? "; there is none yet: memstores store create NAME"
            : $"; there are {string.Join(", ", stores.Take(NamesShown).Select(store => $"'{store.Name}'"))}{(stores.Count > NamesShown ? ", …" : "")}";
        return new CommandException(ExitCode.NotFound, $"there is no memory store '{named}'{cure}");
    }
}
