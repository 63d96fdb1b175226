using System.Globalization;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a history is asked for; filters combine. The newest comes first unless asked otherwise.</summary>
public sealed record HistoryListQuery
{
    public long? After { get; init; }
    public long? Before { get; init; }
    public bool OldestFirst { get; init; }

    /// <summary>Such as memory.conflict.</summary>
    public string? Kind { get; init; }

    public string? MemoryId { get; init; }
    public string? Path { get; init; }

    /// <summary>A directory, with its final '/'.</summary>
    public string? PathPrefix { get; init; }

    public int? Limit { get; init; }
    public string? Page { get; init; }
}

/// <summary>/ext/v1/memory_stores/{store}/history, of servers with the feature "history".</summary>
public sealed class HistoryCalls
{
    private readonly Channel channel;

    internal HistoryCalls(Channel channel) => this.channel = channel;

    public Task<Answer<PageBody<HistoryEntryBody>>> ListAsync(string store, HistoryListQuery query, CancellationToken stop = default) =>
        channel.SendAsync(Call.Get(Query.To($"ext/{StoreCalls.Path(store)}/history",
            ("after", Seq(query.After)), ("before", Seq(query.Before)), ("order", query.OldestFirst ? "asc" : null), ("kind", query.Kind),
            ("memory_id", query.MemoryId), ("path", query.Path), ("path_prefix", query.PathPrefix),
            ("limit", Query.Number(query.Limit)), ("page", query.Page))), WireJson.Wire.PageBodyHistoryEntryBody, stop);

    public IAsyncEnumerable<Answer<PageBody<HistoryEntryBody>>> ListPagesAsync(string store, HistoryListQuery query, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(store, query with { Page = page }, stop), query.Page, stop);

    private static string? Seq(long? seq) => seq?.ToString(CultureInfo.InvariantCulture);
}
