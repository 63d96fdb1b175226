using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>
/// How every list command reads: with --limit or --page one page as the server gives it, else all pages joined. With --json
/// the wire's own items are printed, and null is returned.
/// </summary>
internal static class Listing
{
    public static async Task<List<T>?> ReadAsync<T>(
        Invocation call, int? limit, string? page, Func<Task<Answer<PageBody<T>>>> one, Func<IAsyncEnumerable<Answer<PageBody<T>>>> all,
        string what, Func<T, bool>? isWanted = null)
    {
        if (limit is not null || page is not null)
        {
            var answer = await one();
            if (call.IsJson)
            {
                call.PrintJson(answer.Json);
                return null;
            }
            if (answer.Value.NextPage is { } next) call.Remark($"There are more: --page {next}");
            return [.. answer.Value.Data];
        }
        var items = new List<T>();
        using var json = call.IsJson ? new JsonList() : null;
        using (var progress = new Progress(call, $"reading {what}", total: null))
        {
            await foreach (var answer in all())
            {
                progress.Advance(answer.Value.Data.Count);
                json?.Add(answer.Json, isWanted is null ? null : index => isWanted(answer.Value.Data[index]));
                if (json is null) items.AddRange(isWanted is null ? answer.Value.Data : answer.Value.Data.Where(isWanted));
            }
        }
        if (json is null) return items;
        call.PrintJson(json.End());
        return null;
    }
}
