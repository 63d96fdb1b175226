using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Work;

namespace MemoryStores.Engine.Sessions;

/// <summary>Ends a session for good: its transcript stays, nothing is added, and its tokens end with it. A second call finds it done.</summary>
public sealed class ArchiveSession(IStorageEngine storage, AuthenticateKey authenticate)
{
    public async ValueTask<Outcome<Session>> RunAsync(Caller caller, SessionId id, CancellationToken stop)
    {
        var outcome = await storage.RunAsync<Outcome<Session>>(id, async tx =>
        {
            if (!(await tx.FindSessionAsync(caller, id)).IsDone(out var session, out var lack)) return lack;
            if (session.Head.ArchivedAt is not null) return session;
            if (session.Head.Status is SessionStatus.Running or SessionStatus.Rescheduling) return new Refusal.SessionRunning("archived");

            var log = new EventLog(tx, session.Head);
            if (session.Head.Status != SessionStatus.Terminated) await log.TerminateAsync();
            var head = log.Head.Moved(tx.Now);
            head = head with { ArchivedAt = head.UpdatedAt };
            await tx.PutSessionHeadAsync(head);
            await tx.EndTokensAsync(id, tx.Now);
            await tx.EndWorkAsync(id);
            return session with { Head = head };
        }, stop);
        authenticate.Forget();
        return outcome;
    }
}
