using System.Text.Encodings.Web;
using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// Adds events to a session inside one unit: each gets the next seq, and the head is written once, by <see cref="CloseAsync"/>. What an
/// event does to the session's status is done here.
/// </summary>
internal sealed class EventLog(IStorageTransaction tx, SessionHead before)
{
    private const string OutcomeTag = "outc_";

    private static readonly StoredJson Nothing = StoredJson.FromStorage("{}");
    private static readonly StoredJson EndOfTurn = StoredJson.FromStorage("""{"stop_reason":{"type":"end_turn"},"stop_details":null}""");

    public SessionHead Head { get; private set; } = before;

    /// <summary>An event that is sent now: it is stamped, or waits.</summary>
    public ValueTask<SessionEvent> SendAsync(EventDraft draft, Actor by) =>
        AddAsync(draft.Type, WithOutcomeId(draft), draft.Id, EventTypes.Waits(draft.Type) ? null : tx.Now, by);

    /// <summary>An event that a program tells of. Told without a time it happens now, and moves the session's status.</summary>
    public async ValueTask<SessionEvent> RecordAsync(EventDraft draft, Actor by)
    {
        if (draft.ProcessedAt is null && EventTypes.StatusAfter(draft.Type) is { } status)
        {
            // Who runs the agent has taken what waited: it happened before the turn that begins.
            if (status == SessionStatus.Running) await tx.ProcessWaitingEventsAsync(Head.Id, tx.Now);
            Head = Head with { Status = status };
        }
        return await AddAsync(draft.Type, draft.Fields, draft.Id, draft.ProcessedAt ?? tx.Now, by);
    }

    /// <summary>The session ends its turn, in the server's own name.</summary>
    public ValueTask<SessionEvent> IdleAsync() => TellAsync(EventTypes.StatusIdle, EndOfTurn, SessionStatus.Idle);

    public ValueTask<SessionEvent> TerminateAsync() => TellAsync(EventTypes.StatusTerminated, Nothing, SessionStatus.Terminated);

    /// <summary>Something the server says itself.</summary>
    public ValueTask<SessionEvent> TellAsync(string type, StoredJson fields, SessionStatus? status = null)
    {
        Head = Head with { Status = status ?? Head.Status };
        return AddAsync(type, fields, null, tx.Now, null);
    }

    public ValueTask CloseAsync() => tx.PutSessionHeadAsync(Head);

    private async ValueTask<SessionEvent> AddAsync(string type, StoredJson fields, string? id, long? at, Actor? by)
    {
        Head = Head.Moved(tx.Now) with { Seq = Head.Seq + 1 };
        var added = new SessionEvent(Head.Seq, id ?? tx.NewId(SessionEvent.Tag), type, fields, tx.Now, at, by);
        await tx.AppendEventAsync(Head.Id, added);
        return added;
    }

    private StoredJson WithOutcomeId(EventDraft draft) => draft.Type == EventTypes.UserDefineOutcome
        ? StoredJson.FromStorage($$"""{{draft.Fields.Text[..^1]}},"outcome_id":"{{tx.NewId(OutcomeTag)}}"}""")
        : draft.Fields;

    /// <summary>Words of the server as the value of a JSON string.</summary>
    public static string Quoted(string words) => "\"" + JsonEncodedText.Encode(words, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
}
