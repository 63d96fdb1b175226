using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>Marks the thread of a session as archived; the session goes on. A second call finds it done.</summary>
public sealed class ArchiveThread(IStorageEngine storage)
{
    public ValueTask<Outcome<Session>> RunAsync(Caller caller, SessionId id, string thread, CancellationToken stop) =>
        storage.RunAsync<Outcome<Session>>(id, async tx =>
        {
            if (!(await tx.FindSessionAsync(caller, id)).IsDone(out var session, out var lack)) return lack;
            if (session.Thread != thread) return new Refusal.ThreadUnknown(thread);
            if (session.Definition.ThreadArchivedAt is not null) return session;
            if (session.Head.Status is SessionStatus.Running or SessionStatus.Rescheduling) return new Refusal.SessionRunning("archived");
            var head = session.Head.Moved(tx.Now);
            var archived = new Session(head, session.Definition with { ThreadArchivedAt = head.UpdatedAt });
            await tx.PutSessionAsync(archived);
            return archived;
        }, stop);
}
