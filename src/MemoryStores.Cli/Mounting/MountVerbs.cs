using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Mounting;

/// <summary>
/// What the verbs about mounts have in common. The rest of the command line does not know the types of the mount, so that their
/// assembly is loaded for these verbs alone.
/// </summary>
internal static class MountVerbs
{
    public static readonly Argument Directory = new("DIR", "the directory the store is mounted on") { Completes = Completes.Mounts };

    /// <summary>Runs a verb where there are mounts, and turns what the mount has to say into the end of a command.</summary>
    public static Func<Invocation, Task<ExitCode>> Guarded(Func<Invocation, Task<ExitCode>> run) => async call =>
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new CommandException(ExitCode.Failed,
                $"'{call.Given.Command.Name}' is of use on Linux only, where memories can be mounted. 'memstores memory' reads and writes them here.");
        }
        return await AsCommandAsync(call, run);
    };

    public static MountRegistry Registry(Invocation call) => MountRegistry.OfUser(call.Surroundings.Variable);

    public static string Canonical(Invocation call, string directory) => MountPoint.Canonical(directory, call.Surroundings.Directory);

    /// <summary>The mount on the directory; not found where there is none, with the nearest that was meant.</summary>
    public static RegisteredMount Find(Invocation call, string directory) => Registry(call).Find(directory) ?? throw Unknown(call, directory);

    /// <summary>The mount on the directory, or those of a session that are in it, with a daemon each.</summary>
    public static IReadOnlyList<RegisteredMount> Live(Invocation call, string directory) =>
        Registry(call).Find(directory) is { IsLive: true } one ? [one] : [.. Registry(call).FindGroup(directory).Where(mount => mount.IsLive)];

    public static CommandException Unknown(Invocation call, string directory)
    {
        var all = Registry(call).List().Select(mount => mount.Entry.Directory).ToList();
        var cure = all.FirstOrDefault(each => directory.StartsWith(each + "/", StringComparison.Ordinal)) is { } around ? $"; it lies in the mount {around}"
            : Suggestion.For(directory, all) is { } near ? Suggestion.Ask(near)
            : all.Count == 0 ? "; no store is mounted"
            : "; 'memstores mounts' lists what is mounted";
        return new CommandException(ExitCode.NotFound, $"no store is mounted on {directory}{cure}");
    }

    private static async Task<ExitCode> AsCommandAsync(Invocation call, Func<Invocation, Task<ExitCode>> run)
    {
        try
        {
            return await run(call);
        }
        catch (Exception refused) when (refused is MountException or DaemonSilentException)
        {
            throw new CommandException(ExitCode.Failed, refused.Message);
        }
    }
}
