using System.Globalization;
using MemoryStores.Cli.Mounting;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Commands;

internal static class MountList
{
    public static readonly Command Command = new()
    {
        Name = "mounts",
        Summary = "List your mounts and how each is",
        About = """
            STATE is live, catching_up, server_away (reading and writing go on, changes wait), no_access (the server refuses the
            key, changes wait), ended; silent where the daemon does not
            answer, dead where it is gone and the directory is still mounted. LAG is how old what the mount shows may be. PENDING
            counts changes on their way to the server; DRAFTS, contents that cannot be memories; LOCAL, files that never leave this
            machine.
            """,
        Examples = ["memstores mounts", "memstores mounts --json"],
        Run = MountVerbs.Guarded(RunAsync),
    };

    /// <summary>A mount, and its status or why there is none.</summary>
    private sealed record Listed(MountEntry Entry, MountStatus? Status, string State, string? Silence);

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var mounts = await Task.WhenAll(MountVerbs.Registry(call).List().Select(AskAsync));
        if (call.IsJson) PrintJson(call, mounts);
        else if (call.IsQuiet) foreach (var mount in mounts) call.Print(PlainText.Of(mount.Entry.Directory));
        else if (mounts.Length == 0) call.Remark("No store is mounted. Mount one: memstores mount STORE DIR");
        else Print(call, mounts);
        return ExitCode.Done;
    }

    private static async Task<Listed> AskAsync(RegisteredMount mount)
    {
        var entry = mount.Entry;
        if (!mount.IsLive)
            return new Listed(entry, null, MountState.Dead, $"Process {entry.Pid} is gone. Mount it again, or detach it: memstores unmount {ShellWord.Quoted(entry.Directory)}");
        try
        {
            var status = await new ControlClient(mount).StatusAsync();
            return new Listed(entry, status, status.State, null);
        }
        catch (Exception silent) when (silent is DaemonSilentException or MountException)
        {
            return new Listed(entry, null, MountState.Silent, $"{silent.Message} To detach it: memstores unmount {ShellWord.Quoted(entry.Directory)} --force");
        }
    }

    private static void Print(Invocation call, Listed[] mounts)
    {
        var table = new Table(
            new Column("DIRECTORY") { ShortenedTo = 16 }, new Column("STORE") { ShortenedTo = 8 }, new Column("MODE"), new Column("STATE"),
            new Column("PID") { IsNumber = true }, new Column("LAG") { IsNumber = true }, new Column("PENDING") { IsNumber = true },
            new Column("CONFLICTS") { IsNumber = true }, new Column("DRAFTS") { IsNumber = true }, new Column("LOCAL") { IsNumber = true });
        foreach (var (entry, status, state, _) in mounts)
        {
            table.Add(entry.Directory, entry.StoreName, entry.ReadOnly ? "read" : "write", state, entry.Pid.ToString(CultureInfo.InvariantCulture),
                status is null ? "" : status.LagSeconds.ToString("0.#", CultureInfo.InvariantCulture) + " s", Readable.Number(status?.Pending),
                Readable.Number(status?.Conflicts), Readable.Number(status?.Drafts), Readable.Number(status?.LocalFiles));
        }
        call.Print(table);
        foreach (var mount in mounts)
        {
            foreach (var problem in mount.Silence is { } silence ? [silence] : mount.Status!.Problems) call.Remark($"{mount.Entry.Directory}: {problem}");
        }
    }

    private static void PrintJson(Invocation call, Listed[] mounts)
    {
        using var json = new JsonList();
        foreach (var (entry, status, state, silence) in mounts)
            json.AddItem((status is null ? MountJson.Of(entry, state, silence!) : MountJson.Of(status)).Span);
        call.PrintJson(json.End());
    }
}
