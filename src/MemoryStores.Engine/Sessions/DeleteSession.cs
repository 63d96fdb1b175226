using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Work;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// Removes a session with its transcript, archived or not; its stores stay as they are. It is gone at once for everybody; its rows go in
/// further units, so that a long transcript holds no writer, and what a crash leaves goes with the next that is deleted.
/// </summary>
public sealed class DeleteSession(IStorageEngine storage, AuthenticateKey authenticate)
{
    public async ValueTask<Outcome<SessionId>> RunAsync(Caller caller, SessionId id, CancellationToken stop)
    {
        var outcome = await storage.RunAsync<Outcome<SessionId>>(id, async tx =>
        {
            if (!(await tx.FindHeadAsync(caller, id)).IsDone(out var head, out var lack)) return lack;
            if (head.Status is SessionStatus.Running or SessionStatus.Rescheduling) return new Refusal.SessionRunning("deleted");
            await tx.EraseSessionAsync(id);
            await tx.EndTokensAsync(id, tx.Now);
            await tx.EndWorkAsync(id);
            return id;
        }, stop);
        authenticate.Forget();
        if (outcome is Outcome<SessionId>.Done)
        {
            while (await storage.RunAsync(null, tx => tx.RemoveErasedSessionsAsync(Limits.RemovedEventsPerUnit), CancellationToken.None) > 0) { }
        }
        return outcome;
    }
}
