using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>A page of sessions, and whether there are more on either side of it.</summary>
public sealed record SessionPage(IReadOnlyList<Session> Items, bool HasNext, bool HasPrevious);

/// <summary>
/// Sessions of a workspace by when they were made; a query's Take is the length of the page. Backward gives the page before its cursor,
/// in the order of the list all the same.
/// </summary>
public sealed class ListSessions(IStorageEngine storage)
{
    public ValueTask<Outcome<SessionPage>> RunAsync(Caller caller, SessionQuery query, bool backward, CancellationToken stop) =>
        storage.ReadAsync<Outcome<SessionPage>>(async reader =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            var rows = await reader.ListSessionsAsync(query with { OldestFirst = query.OldestFirst != backward, Take = query.Take + 1 });
            var (items, hasMore) = (rows.Take(query.Take), rows.Count > query.Take);
            return backward
                ? new SessionPage([.. items.Reverse()], HasNext: true, HasPrevious: hasMore)
                : new SessionPage([.. items], HasNext: hasMore, HasPrevious: query.After is not null);
        }, stop);
}
