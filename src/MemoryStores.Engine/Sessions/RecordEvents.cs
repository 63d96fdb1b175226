using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Work;

namespace MemoryStores.Engine.Sessions;

/// <summary>The events of a batch as the session has them now; <paramref name="Recorded"/> of them are new.</summary>
public sealed record RecordedEvents(IReadOnlyList<SessionEvent> Events, int Recorded);

/// <summary>
/// Takes in what happened elsewhere: events of any type, with times and ids of their own, all of the batch or nothing. An id that the
/// session has already is taken for the same event, and nothing is recorded: a batch can be repeated, and so can an import.
/// </summary>
public sealed class RecordEvents(IStorageEngine storage, AuthenticateKey authenticate)
{
    public async ValueTask<Outcome<RecordedEvents>> RunAsync(Caller caller, SessionId id, IReadOnlyList<EventDraft> events, CancellationToken stop)
    {
        var outcome = await storage.RunAsync<Outcome<RecordedEvents>>(id, async tx =>
        {
            if (!(await tx.FindHeadAsync(caller, id)).IsDone(out var head, out var lack)) return lack;
            var (known, all, added) = (new Dictionary<int, SessionEvent>(), new List<SessionEvent>(), 0);
            for (var i = 0; i < events.Count; i++)
                if (events[i].Id is { } name && await tx.FindEventAsync(id, name) is { } there) known.Add(i, there);
            // A repeat changes nothing, and is answered also when nothing could be added any more.
            if (head.IsOver && known.Count < events.Count) return new Refusal.SessionArchived();
            // Nothing comes after the end, in one batch as in two.
            var end = Enumerable.Range(0, events.Count).FirstOrDefault(i => !known.ContainsKey(i) && events[i] is { ProcessedAt: null, Type: EventTypes.StatusTerminated }, events.Count);
            if (Enumerable.Range(0, events.Count).Any(i => i > end && !known.ContainsKey(i))) return new Refusal.SessionArchived();
            var log = new EventLog(tx, head);
            var now = new Dictionary<string, SessionEvent>(StringComparer.Ordinal);
            for (var i = 0; i < events.Count; i++)
            {
                var draft = events[i];
                if (!known.TryGetValue(i, out var one) && (draft.Id is null || !now.TryGetValue(draft.Id, out one)))
                {
                    one = await log.RecordAsync(draft, caller.Actor);
                    if (draft.Id is not null) now.Add(draft.Id, one);
                    added++;
                }
                all.Add(one);
            }
            if (added > 0) await log.CloseAsync();
            if (log.Head.IsOver && !head.IsOver)
            {
                await tx.EndTokensAsync(id, tx.Now);
                await tx.EndWorkAsync(id);
            }
            else if (added > 0 && events.Any(draft => draft.ProcessedAt is null && EventTypes.NeedsWorker(draft.Type))) await tx.AskForWorkerAsync(head.Workspace, id);
            return new RecordedEvents(all, added);
        }, stop);
        if (events.Any(draft => draft.Type == EventTypes.StatusTerminated)) authenticate.Forget();
        return outcome;
    }
}
