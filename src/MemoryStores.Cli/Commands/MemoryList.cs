using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class MemoryList
{
    private static readonly Option Depth = new("--depth", "1: only what stands directly there, directories as such") { Value = "N", Choices = ["0", "1"] };
    private static readonly Option Long = new("--long", "size, time and version too") { Short = "-l" };

    public static readonly Command Command = new()
    {
        Name = "memory list",
        Summary = "List the memories of a store, in the order of their paths",
        Arguments =
        [
            Arguments.Store,
            new Argument("GLOB", "a directory with '/' at its end, or a pattern: * and ? within a part, ** for any parts, [abc]") { IsOptional = true, Completes = Completes.Paths },
        ],
        Options = [Depth, Long, Options.Full, Options.Limit, Options.Page],
        About = "A backslash takes the meaning from the letter behind it. Quote patterns, or your shell reads them first.",
        Examples = ["memstores memory list notes", "memstores memory list notes /house/ --depth 1 --long", "memstores memory list notes '/**/*.md'"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var glob = new Glob(call.ArgumentOrNull(1) ?? "/");
        var isDirectory = call.ArgumentOrNull(1)?.EndsWith('/') ?? true;
        var (limit, page) = (call.Number(Options.Limit, 1, Limits.PageItems), call.Text(Options.Page));
        if (!isDirectory && (limit is not null || page is not null || call.Has(Depth)))
            throw call.BadUsage($"{Options.Limit.Name}, {Options.Page.Name} and {Depth.Name} go with a directory, not with a pattern");
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var query = new MemoryListQuery
        {
            PathPrefix = glob.Directory,
            Depth = call.Text(Depth) == "1" || glob.IsOneLevel ? 1 : null,
            WithContent = call.IsJson && call.Has(Options.Full),
            Limit = limit,
            Page = page,
        };
        var items = await Listing.ReadAsync(call, limit, page,
            () => call.Client.Memories.ListAsync(store, query), () => call.Client.Memories.ListPagesAsync(store, query with { Limit = Limits.PageItems }),
            "memories", isDirectory ? null : item => item is MemoryBody memory && glob.Matches(memory.Path));
        if (items is null) return ExitCode.Done;
        if (items.Count == 0) call.Remark(isDirectory ? $"No memories below {glob.Directory}" : "No memory matches.");
        else if (call.Has(Long) && !call.IsQuiet) call.Print(Table(call, items));
        else items.ForEach(item => call.Print(PlainText.Of(PathOf(item))));
        return ExitCode.Done;
    }

    private static Table Table(Invocation call, List<MemoryListItemBody> items)
    {
        var table = new Table(
            new Column("SIZE") { IsNumber = true }, new Column("UPDATED"), new Column("VERSION") { ShortenedTo = 8 }, new Column("PATH") { ShortenedTo = 16 });
        foreach (var item in items)
        {
            if (item is MemoryBody memory)
                table.Add(Readable.Number(memory.ContentSizeBytes), Readable.Ago(memory.UpdatedAt, call.Surroundings.Time), memory.MemoryVersionId, memory.Path);
            else table.Add("", "", "", PathOf(item));
        }
        return table;
    }

    private static string PathOf(MemoryListItemBody item) => item is MemoryBody memory ? memory.Path : ((MemoryPrefixBody)item).Path;
}
