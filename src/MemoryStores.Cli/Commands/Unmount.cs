using MemoryStores.Cli.Mounting;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Commands;

internal static class Unmount
{
    private static readonly Option Force = new("--force", "unmount whatever is left to send and whoever has files open");

    // A person waits for this; what takes longer is a server that is away.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    // What it may yet have to do after its answer.
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static readonly Command Command = new()
    {
        Name = "unmount",
        Summary = "Send what was written in a mount, then unmount it",
        Arguments = [MountVerbs.Directory],
        Options = [Force],
        About = """
            A mount with changes that do not reach the server within 30 seconds stays; with --force it is unmounted, and
            the changes wait in the journal for the next mount of the store with the same key. It says which drafts and
            local files remain on this machine. What a daemon that is gone has left mounted is detached.
            """,
        Examples = ["memstores unmount ./memory", "memstores unmount /mnt/notes --force"],
        Ends = [ExitCode.NotFound, ExitCode.Unreachable],
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var directory = MountVerbs.Canonical(call, call.Argument(0));
        if (MountVerbs.Live(call, directory) is { Count: > 0 } live)
        {
            var outcomes = new List<LeaveOutcome>();
            foreach (var mount in live) outcomes.Add(await AskDaemonAsync(call, mount));
            foreach (var mount in live) await AwaitEndAsync(call, mount);
            Print(call, new LeaveOutcome(Unmounted: true, outcomes.Sum(left => left.Pending), DrainOutcome.Of([.. outcomes.Select(left => left.Drained).OfType<DrainOutcome>()])));
            return ExitCode.Done;
        }
        if (!MountPoint.DetachIfStale(directory)) throw MountVerbs.Unknown(call, directory);
        call.Remark($"the daemon of {directory} was gone; the directory was detached");
        Print(call, new LeaveOutcome(Unmounted: true, 0, null));
        return ExitCode.Done;
    }

    private static async Task<LeaveOutcome> AskDaemonAsync(Invocation call, RegisteredMount mount)
    {
        LeaveOutcome left;
        try
        {
            using var countdown = new Countdown(call, "changes to send");
            left = await new ControlClient(mount).UnmountAsync(DrainTime, call.Has(Force), countdown.Show, CancellationToken.None);
        }
        catch (DaemonSilentException silent)
        {
            if (!call.Has(Force))
                throw new CommandException(ExitCode.Failed, $"{silent.Message} To detach {mount.Entry.Directory} without it: memstores unmount {ShellWord.Quoted(mount.Entry.Directory)} --force");
            MountPoint.Detach(mount.Entry.Directory);
            call.Remark($"process {mount.Entry.Pid} did not answer, and the directory was detached; should the process remain: kill {mount.Entry.Pid}");
            left = new LeaveOutcome(Unmounted: true, 0, null);
        }
        if (!left.Unmounted) throw await StaysAsync(call, mount, left);
        if (left.Pending > 0) call.Remark($"{Readable.Count(left.Pending, "change")} did not reach the server and {(left.Pending == 1 ? "waits" : "wait")} in the journal: the next mount of '{mount.Entry.StoreName}' with the same key sends {(left.Pending == 1 ? "it" : "them")}");
        Left.Tell(left.Drained, call.Remark);
        return left;
    }

    private static async Task<CommandException> StaysAsync(Invocation call, RegisteredMount mount, LeaveOutcome left)
    {
        var isAway = (await new ControlClient(mount).StatusAsync()).State == MountState.ServerAway;
        return new CommandException(isAway ? ExitCode.Unreachable : ExitCode.Failed,
            $"{mount.Entry.Directory} stays mounted: {Readable.Count(left.Pending, "change")} did not reach the server within {DrainTime.TotalSeconds:0} s{(isAway ? $", {mount.Entry.Server} is away" : "")}. "
            + $"Try again, or leave them to the next mount: memstores unmount {ShellWord.Quoted(call.Argument(0))} --force");
    }

    /// <summary>Whoever mounts next is not to meet a daemon that is still closing its files.</summary>
    private static async Task AwaitEndAsync(Invocation call, RegisteredMount mount)
    {
        var clock = call.Surroundings.Time;
        for (var start = clock.GetTimestamp(); clock.GetElapsedTime(start) < EndTime; await Task.Delay(Pause))
        {
            if (MountVerbs.Registry(call).Find(mount.Entry.Directory) is not { IsLive: true }) return;
        }
    }

    private static void Print(Invocation call, LeaveOutcome left)
    {
        if (call.IsJson) call.PrintJson(MountJson.Of(left));
        else if (!call.IsQuiet) call.Print($"unmounted {PlainText.Of(call.Argument(0))}");
    }
}
