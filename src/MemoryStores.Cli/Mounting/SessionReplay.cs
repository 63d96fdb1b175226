using MemoryStores.Mount;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Sessions;

namespace MemoryStores.Cli.Mounting;

/// <summary>Sends what the mounts of a session had left when it ended; nothing is mounted.</summary>
internal static class SessionReplay
{
    public static async Task<ExitCode> RunAsync(Invocation call, OpenSession session)
    {
        var id = session.Access.Session;
        var left = LeftDrafts.DirectoriesOf(id).Select(directory => Path.GetFileName(Path.GetDirectoryName(Path.GetDirectoryName(directory)))).ToHashSet(StringComparer.Ordinal);
        var (pending, drafts) = (0, 0);
        foreach (var store in session.Access.Stores.Where(store => left.Contains(store.Id)))
        {
            var outcome = await MountedStore.ReplayAsync(session.Client, Options(store), CancellationToken.None);
            (pending, drafts) = (pending + outcome.Pending, drafts + outcome.Drafts);
            Left.Tell(outcome, call.Remark);
        }
        if (pending > 0) throw new CommandException(ExitCode.Failed, $"session {id} is over, so nothing was mounted. {Readable.Count(pending, "change")} that its mounts had left did not reach the server and {(pending == 1 ? "waits" : "wait")} on");
        var sent = $"session {id} is over, so nothing was mounted. What its mounts had left to send is on the server";
        if (drafts > 0) throw new CommandException(ExitCode.Conflict, $"{sent}; {Readable.Count(drafts, "draft")} {(drafts == 1 ? "remains" : "remain")}: memstores drafts");
        if (!LeftDrafts.IsLeftBy(id)) KeptAccess.Forget(session.Access);
        call.Remark(sent);
        return ExitCode.Done;
    }

    private static MountOptions Options(AttachedStore store) => new() { Store = store.Id, StoreName = store.Name, Directory = store.MountPath };
}
