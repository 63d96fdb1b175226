using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli;

/// <summary>From paths to memories. The API finds memories by id; a path is looked up in the list of its directory.</summary>
internal static class MemoryPaths
{
    /// <summary>Named by path or by id.</summary>
    public static async Task<MemoryBody> FindAsync(MemoryStoresClient client, string store, string named)
    {
        if (MemoryId.TryParse(named) is not null) return (await client.Memories.GetAsync(store, named, withContent: false)).Value;
        return await FindOrNullAsync(client, store, named) ?? throw await UnknownAsync(client, store, named);
    }

    public static async Task<MemoryBody?> FindOrNullAsync(MemoryStoresClient client, string store, string path)
    {
        await foreach (var item in ListAsync(client, store, Check(path)[..(path.LastIndexOf('/') + 1)], depth: 1))
        {
            if (item is MemoryBody memory && memory.Path == path) return memory;
            // The list is in path order: what comes later cannot be it.
            if (item is MemoryBody later && Utf8Order.Compare(later.Path, path) > 0) return null;
        }
        return null;
    }

    public static async IAsyncEnumerable<MemoryListItemBody> ListAsync(MemoryStoresClient client, string store, string directory, int? depth)
    {
        var query = new MemoryListQuery { PathPrefix = directory, Depth = depth, Limit = Limits.PageItems };
        await foreach (var page in client.Memories.ListPagesAsync(store, query))
        {
            foreach (var item in page.Value.Data) yield return item;
        }
    }

    /// <summary>The text, when it can be a path; else the reason is the answer, before a server is asked.</summary>
    public static string Check(string path) => MemoryPath.TryParse(path, out _, out var reason)
        ? path
        : throw new CommandException(ExitCode.BadUsage, $"'{path}' is no path: {reason}");

    private static async Task<CommandException> UnknownAsync(MemoryStoresClient client, string store, string path)
    {
        var directory = path[..(path.LastIndexOf('/') + 1)];
        var beside = new List<string>();
        await foreach (var item in ListAsync(client, store, directory, depth: 1))
            beside.Add(item is MemoryBody memory ? memory.Path : ((MemoryPrefixBody)item).Path);
        if (beside.Contains(path + "/"))
            return new CommandException(ExitCode.NotFound, $"'{path}' is a directory; its memories: memstores memory list STORE {path}/");
        return new CommandException(ExitCode.NotFound, $"there is no memory at '{path}'{Suggestion.Ask(Suggestion.For(path, beside))}");
    }
}
