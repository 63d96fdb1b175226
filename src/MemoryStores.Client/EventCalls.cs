using MemoryStores.Client.Sending;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>What a transcript is asked for; filters combine. The oldest event comes first unless asked otherwise.</summary>
public sealed record EventListQuery
{
    public bool NewestFirst { get; init; }

    /// <summary>Such as agent.message; empty is all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    public string? From { get; init; }
    public string? Until { get; init; }
    public int? Limit { get; init; }
    public string? Page { get; init; }
}

/// <summary>/v1/sessions/{session}/events, and /ext/v1/sessions/{session}/events for what happened elsewhere.</summary>
public sealed class EventCalls
{
    private readonly Channel channel;

    internal EventCalls(Channel channel) => this.channel = channel;

    public Task<Answer<PageBody<StoredJson>>> ListAsync(string session, EventListQuery query, CancellationToken stop = default)
    {
        var fields = new List<(string, string?)>
        {
            ("order", query.NewestFirst ? "desc" : null), ("created_at[gte]", query.From), ("created_at[lte]", query.Until),
            ("limit", Query.Number(query.Limit)), ("page", query.Page),
        };
        fields.AddRange(query.Types.Select(type => ("types[]", (string?)type)));
        return channel.SendAsync(Call.Get(Query.To(Path(session), [.. fields])), SendingJson.Wire.PageBodyStoredJson, stop);
    }

    public IAsyncEnumerable<Answer<PageBody<StoredJson>>> ListPagesAsync(string session, EventListQuery query, CancellationToken stop = default) =>
        Pages.WalkAsync(page => ListAsync(session, query with { Page = page }, stop), query.Page, stop);

    public Task<Answer<SentEventsBody>> SendAsync(string session, IReadOnlyList<StoredJson> events, CancellationToken stop = default) =>
        channel.SendAsync(Call.Post(Path(session), new SentEvents(events), SendingJson.Wire.SentEvents), WireJson.Wire.SentEventsBody, stop);

    /// <summary>
    /// Records what happened elsewhere: events of any type with times and ids of their own. One whose id the session has is taken for the
    /// same and not recorded again, so with ids this is repeated when its answer is lost. For servers with the feature "transcripts".
    /// </summary>
    public Task<Answer<RecordedEventsBody>> RecordAsync(string session, IReadOnlyList<StoredJson> events, bool haveIds, CancellationToken stop = default) =>
        channel.SendAsync(
            Call.Post("ext/" + Path(session), new SentEvents(events), SendingJson.Wire.SentEvents) with { Repeatable = haveIds },
            WireJson.Wire.RecordedEventsBody, stop);

    /// <summary>What happens from now on. Open it, then list, and nothing is missed between; what is told twice has the same id.</summary>
    public async Task<EventFeed> OpenStreamAsync(string session, CancellationToken stop = default) =>
        await EventFeed.OpenAsync(channel, Call.Get(Path(session) + "/stream"), stop);

    private static string Path(string session) => SessionCalls.Path(session) + "/events";
}
