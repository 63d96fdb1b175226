using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Memories;

/// <summary>A page of memories in path order. With <paramref name="DirectChildrenOnly"/>, deeper ones appear as their directory.</summary>
public sealed record MemoryPageRequest(
    StoreId Store, string Prefix, bool DirectChildrenOnly, MemoryListCursor? After, int Limit, bool WithContent);

/// <summary>The last item of a page: a memory's path, or a directory's with its final '/'.</summary>
public sealed record MemoryListCursor(string Path);

/// <summary>A memory, or a directory that stands for those below it.</summary>
public abstract record MemoryListItem(string Path)
{
    public sealed record One(Memory Memory) : MemoryListItem(Memory.Path.Value);

    public sealed record Directory(string Path) : MemoryListItem(Path);
}

public sealed record MemoryPage(IReadOnlyList<MemoryListItem> Items, MemoryListCursor? Next);

public sealed class ListMemories(IStorageEngine storage)
{
    public ValueTask<Outcome<MemoryPage>> RunAsync(Caller caller, MemoryPageRequest request, CancellationToken stop) =>
        storage.ReadAsync<Outcome<MemoryPage>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, request.Store) is null) return new Refusal.StoreUnknown(request.Store.Value);

            // One more than the page tells whether another follows.
            var items = await CollectAsync(reader, request, StartOf(request).Within(caller.Grant.PathPrefix), request.Limit + 1);
            return items.Count <= request.Limit
                ? new MemoryPage(items, null)
                : new MemoryPage(items[..request.Limit], new MemoryListCursor(items[request.Limit - 1].Path));
        }, stop);

    private static async ValueTask<List<MemoryListItem>> CollectAsync(
        IStorageReader reader, MemoryPageRequest request, PathRange range, int wanted)
    {
        var items = new List<MemoryListItem>(wanted);
        while (items.Count < wanted)
        {
            var take = wanted - items.Count;
            var rows = await reader.ListMemoriesAsync(new MemoryQuery(request.Store, range.From, range.Until, take, request.WithContent));
            var directory = AddUntilDirectory(items, rows, request);
            if (directory is not null) range = range.Behind(directory);
            else if (rows.Count < take) break;
            else range = range.After(rows[^1].Path.Value);
        }
        return items;
    }

    /// <summary>Adds rows up to the first below a deeper directory, for which the directory stands; the rows behind it need another look.</summary>
    private static string? AddUntilDirectory(List<MemoryListItem> items, IReadOnlyList<Memory> rows, MemoryPageRequest request)
    {
        foreach (var memory in rows)
        {
            var slash = request.DirectChildrenOnly ? memory.Path.Value.IndexOf('/', request.Prefix.Length) : -1;
            if (slash < 0)
            {
                items.Add(new MemoryListItem.One(memory));
                continue;
            }
            var directory = memory.Path.Value[..(slash + 1)];
            items.Add(new MemoryListItem.Directory(directory));
            return directory;
        }
        return null;
    }

    private static PathRange StartOf(MemoryPageRequest request)
    {
        var whole = PathRange.Below(request.Prefix);
        return request.After switch
        {
            null => whole,
            { Path: var path } when path.EndsWith('/') => whole.Behind(path),
            { Path: var path } => whole.After(path),
        };
    }
}
