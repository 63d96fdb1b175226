using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Work;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// Adds what a client sends to a session, all of the batch or nothing. No model runs here: a message waits for the program that runs the
/// agent. Where the session is idle nobody is there to take it; one event says so and what to do, and the session is idle again.
/// </summary>
public sealed class SendEvents(IStorageEngine storage)
{
    private const string WhatToDo =
        "No program that runs the agent is attached to this session, and no model runs on this server: the message stays queued. "
        + "Read it with GET /v1/sessions/{id}/events, run the agent, and record what it does with POST /ext/v1/sessions/{id}/events, "
        + "beginning with session.status_running.";

    private static readonly StoredJson HarnessUnavailable = StoredJson.FromStorage(
        """{"error":{"type":"harness_unavailable","message":""" + EventLog.Quoted(WhatToDo) + ""","retry_status":{"type":"terminal"}}}""");

    public ValueTask<Outcome<IReadOnlyList<SessionEvent>>> RunAsync(
        Caller caller, SessionId id, IReadOnlyList<EventDraft> events, CancellationToken stop)
    {
        if ((FlawIn(caller, events) ?? FlawIn(events)) is { } flaw) return ValueTask.FromResult<Outcome<IReadOnlyList<SessionEvent>>>(flaw);
        return storage.RunAsync<Outcome<IReadOnlyList<SessionEvent>>>(id, async tx =>
        {
            if (!(await tx.FindHeadAsync(caller, id)).IsDone(out var head, out var lack)) return lack;
            if (head.IsOver) return new Refusal.SessionArchived();
            return new Outcome<IReadOnlyList<SessionEvent>>.Done((await AddAsync(tx, head, events, caller.Actor)).Sent);
        }, stop);
    }

    /// <summary>A token answers for tools; who speaks as the user has a key.</summary>
    private static Refusal.EventOutOfScope? FlawIn(Caller caller, IReadOnlyList<EventDraft> events) =>
        caller.Grant.BoundTo is not null && events.FirstOrDefault(draft => !EventTypes.ToolResults.Contains(draft.Type)) is { } forged
            ? new Refusal.EventOutOfScope(forged.Type)
            : null;

    /// <summary>What is wrong with the order of a batch.</summary>
    private static Refusal? FlawIn(IReadOnlyList<EventDraft> events)
    {
        for (var i = 0; i < events.Count - 1; i++)
            if (events[i].Type == EventTypes.SystemMessage) return new Refusal.BadField($"events[{i}].type", "a system.message is the last of its batch");
        return null;
    }

    internal static async ValueTask<(SessionHead Head, IReadOnlyList<SessionEvent> Sent)> AddAsync(
        IStorageTransaction tx, SessionHead head, IReadOnlyList<EventDraft> events, Actor by)
    {
        var (log, sent, isIdle) = (new EventLog(tx, head), new List<SessionEvent>(), head.Status == SessionStatus.Idle);
        foreach (var draft in events) sent.Add(await log.SendAsync(draft, by));
        if (!isIdle && events.Any(draft => draft.Type == EventTypes.UserInterrupt)) await log.IdleAsync();
        if (isIdle && events.Any(draft => draft.Type is EventTypes.UserMessage or EventTypes.UserDefineOutcome))
        {
            await tx.AskForWorkerAsync(head.Workspace, head.Id);
            await log.TellAsync(EventTypes.SessionError, HarnessUnavailable);
            await log.IdleAsync();
        }
        await log.CloseAsync();
        return (log.Head, sent);
    }
}
