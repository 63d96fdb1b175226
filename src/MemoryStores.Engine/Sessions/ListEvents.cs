using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>The transcript of a session, by when its events were processed; a query's Take and Characters bound the page, never below one event.</summary>
public sealed class ListEvents(IStorageEngine storage)
{
    public ValueTask<Outcome<Page<SessionEvent>>> RunAsync(Caller caller, EventQuery query, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Page<SessionEvent>>>(async reader =>
        {
            if (await reader.FindHeadAsync(caller, query.Session) is Outcome<SessionHead>.Refused refused) return refused.Why;
            var rows = await reader.ListEventsAsync(query with { Take = query.Take + 1 });
            var (taken, size) = (0, 0L);
            while (taken < rows.Count && taken < query.Take && (taken == 0 || size + SizeOf(rows[taken]) <= query.Characters)) size += SizeOf(rows[taken++]);
            return Page.Of(rows, taken);
        }, stop);

    private static long SizeOf(SessionEvent one) => one.Fields.Text.Length;
}
