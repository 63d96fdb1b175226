using MemoryStores.Cli.Mounting;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Commands;

internal static class Drain
{
    private const int LongestTimeout = 86_400;
    private static readonly Option Within = new("--timeout", $"give up after this time, 1 to {LongestTimeout}; without it, wait as long as it takes") { Value = "SECONDS" };

    public static readonly Command Command = new()
    {
        Name = "drain",
        Summary = "Wait until everything written in a mount is a version on the server",
        Arguments = [MountVerbs.Directory],
        Options = [Within],
        About = """
            Ends with 4 when all is sent and drafts remain: content that cannot be a memory, such as a file that is not UTF-8 or is
            too large. It names them, and says how many files stay on this machine and where.
            """,
        Examples = ["memstores drain ./memory", "memstores drain /mnt/notes --timeout 30"],
        Ends = [ExitCode.NotFound, ExitCode.Conflict, ExitCode.NoAccess, ExitCode.Unreachable],
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var seconds = call.Number(Within, 1, LongestTimeout);
        var directory = MountVerbs.Canonical(call, call.Argument(0));
        var mounts = MountVerbs.Live(call, directory);
        if (mounts.Count == 0) throw Dead(MountVerbs.Registry(call).FindGroup(directory) is [var dead, ..] ? dead : MountVerbs.Find(call, directory));
        using var time = new CancellationTokenSource();
        if (seconds is { } limit) time.CancelAfter(TimeSpan.FromSeconds(limit));
        var outcomes = new List<DrainOutcome>();
        foreach (var mount in mounts)
        {
            try
            {
                using var countdown = new Countdown(call, "changes to send");
                outcomes.Add(await new ControlClient(mount).DrainAsync(countdown.Show, time.Token));
            }
            catch (OperationCanceledException)
            {
                var status = await new ControlClient(mount).StatusAsync();
                throw Unfinished(mount, status.Pending, $" within {seconds} s", status.State);
            }
        }
        if (call.IsJson) call.PrintJson(MountJson.Of(DrainOutcome.Of(outcomes)!));
        foreach (var (mount, outcome) in mounts.Zip(outcomes)) await ConcludeAsync(call, mount, outcome);
        if (!call.IsJson && !call.IsQuiet) call.Print($"drained {PlainText.Of(call.Argument(0))}");
        return ExitCode.Done;
    }

    private static async Task ConcludeAsync(Invocation call, RegisteredMount mount, DrainOutcome outcome)
    {
        Left.Tell(outcome, call.Remark);
        if (outcome.Pending > 0)
            throw Unfinished(mount, outcome.Pending, "", (await new ControlClient(mount).StatusAsync()).State);
        if (outcome.Drafts > 0)
        {
            throw new CommandException(ExitCode.Conflict,
                $"{Readable.Count(outcome.Drafts, "draft")} in {mount.Entry.Directory} cannot be {(outcome.Drafts == 1 ? "a memory" : "memories")} as {(outcome.Drafts == 1 ? "it is" : "they are")}. Everything else is on the server.");
        }
        if (!outcome.Clean) throw new CommandException(ExitCode.Failed, $"{mount.Entry.Directory} is not drained: {string.Join(" ", outcome.Problems)}");
    }

    private static CommandException Unfinished(RegisteredMount mount, int pending, string within, string state) => state == MountState.NoAccess
        ? new(ExitCode.NoAccess, $"{Readable.Count(pending, "change")} did not reach the server{within}: it refuses the key of this mount. {(pending == 1 ? "It waits" : "They wait")} in the mount's journal; 'memstores drafts' shows {(pending == 1 ? "it" : "them")} once it is unmounted")
        : new(state == MountState.ServerAway ? ExitCode.Unreachable : ExitCode.Failed,
            $"{Readable.Count(pending, "change")} did not reach the server{within}{(state == MountState.ServerAway ? $": {mount.Entry.Server} is away" : "")}. {(pending == 1 ? "It waits" : "They wait")} in the mount's journal, and {(pending == 1 ? "goes" : "go")} when the server is back.");

    private static CommandException Dead(RegisteredMount mount) =>
        new(ExitCode.Failed, $"the daemon of {mount.Entry.Directory} is gone. Mount it again: memstores mount {ShellWord.Quoted(mount.Entry.StoreName)} {ShellWord.Quoted(mount.Entry.Directory)}");
}
