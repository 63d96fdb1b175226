using MemoryStores.Contract;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>What sessions of self-hosted environments do to the queue of work, inside of their own units.</summary>
internal static class WorkQueue
{
    /// <summary>Something is to be done in a session: a worker is asked for, unless one is already, or has it.</summary>
    public static async ValueTask AskForWorkerAsync(this IStorageTransaction tx, WorkspaceId workspace, SessionId id)
    {
        if (await tx.FindSessionAsync(workspace, id) is { } session) await tx.AskForWorkerAsync(session);
    }

    public static async ValueTask AskForWorkerAsync(this IStorageTransaction tx, Session session)
    {
        var (workspace, environment) = (session.Head.Workspace, EnvironmentId.FromStorage(session.Definition.EnvironmentId));
        if (await tx.FindEnvironmentAsync(workspace, environment) is not { } found || found.Definition.Config.Type != EnvironmentConfig.SelfHosted) return;
        if (await tx.FindOpenWorkAsync(session.Id) is not null) return;
        await tx.PutWorkAsync(new WorkItem(WorkId.FromStorage(tx.NewId(WorkId.Tag)), workspace, environment, session.Id, WorkState.Queued, tx.Now));
        tx.Tell(environment);
    }

    /// <summary>The session is over: nobody need come for it, and who is at it has nothing to do any more.</summary>
    public static async ValueTask EndWorkAsync(this IStorageTransaction tx, SessionId session)
    {
        if (await tx.FindOpenWorkAsync(session) is { } item) await tx.PutWorkAsync(item.Ended(tx.Now));
    }
}
