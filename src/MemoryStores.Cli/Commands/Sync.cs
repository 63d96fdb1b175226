using MemoryStores.Cli.Mounting;
using MemoryStores.Mount.Syncing;

namespace MemoryStores.Cli.Commands;

internal static class Sync
{
    private const int LongestPoll = 3_600;
    private static readonly Option Once = new("--once", "bring both sides in step and end; 4 when something cannot be");
    private static readonly Option DryRun = new("--dry-run", "say what --once would do, and change nothing");
    private static readonly Option ReadOnly = new("--read-only", "only from the store to the directory; what is changed here stays here");
    private static readonly Option AllowMassDelete = new("--allow-mass-delete", "delete in the store too when a quarter of the files, or all, are gone");
    private static readonly Option Restore = new("--restore", "write files that are gone anew from the store instead of deleting them there");
    private static readonly Option PollInterval = new("--poll-interval", $"how often a server without a feed is asked, 1 to {LongestPoll}; default 1") { Value = "SECONDS" };

    public static readonly Command Command = new()
    {
        Name = "sync",
        Summary = "Keep a plain directory in step with a store, both ways, where nothing can be mounted",
        Arguments = [Arguments.Store, new Argument("DIR", "a directory; it is made where only its parent is there") { Completes = Completes.Files }],
        Options = [Once, DryRun, ReadOnly, AllowMassDelete, Restore, PollInterval],
        About = """
            Prints 'in step DIR' when the first round is through, then a line for each change: '->' went to the store, '<-' came
            from it, '<>' was changed on both sides. Goes on until Ctrl-C or SIGTERM, also while the server is away. Changes of
            the same file are merged as in a mount. A directory that is suddenly empty, or misses a quarter of its files, is never
            taken as deletions. The file .anthropic-memory-store in it tells which store it belongs to. Linux only.
            """,
        Examples =
        [
            "memstores sync notes ./memory --dry-run",
            "memstores sync notes ./memory",
            "memstores sync notes /srv/memory --once --json",
            "memstores sync notes ./memory --restore",
        ],
        Ends = Command.OfChanges,
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Has(AllowMassDelete) && call.Has(Restore)) throw call.BadUsage($"{AllowMassDelete.Name} deletes what {Restore.Name} brings back; give one of them");
        var directory = MountVerbs.Canonical(call, call.Argument(1));
        var isOnce = call.Has(Once) || call.Has(DryRun);
        var changes = new List<SyncChange>();
        using var asked = new CancellationTokenSource();
        using var signals = new EndingSignals(asked.Cancel);
        var store = (await call.Client.Stores.GetAsync(await StoreNames.ResolveAsync(call.Client, call.Argument(0)), asked.Token)).Value;
        if (store.ArchivedAt is not null && !call.Has(ReadOnly)) call.Remark($"the store '{store.Name}' is archived, so it is only read from");
        var options = new SyncOptions
        {
            Store = store.Id,
            Directory = directory,
            ReadOnly = call.Has(ReadOnly) || store.ArchivedAt is not null,
            DryRun = call.Has(DryRun),
            AllowMassDelete = call.Has(AllowMassDelete),
            Restore = call.Has(Restore),
            PollInterval = TimeSpan.FromSeconds(call.Number(PollInterval, 1, LongestPoll) ?? 1),
        };
        try
        {
            using var sync = await DirectorySync.OpenAsync(call.Client, options, change => Tell(call, change, isOnce ? changes : null), call.Remark, asked.Token);
            if (isOnce) return Conclude(call, await sync.OnceAsync(asked.Token), changes);
            var told = new Told(call);
            await sync.RunAsync(told.InStep, asked.Token);
            return ExitCode.Done;
        }
        catch (DirectoryGoneException gone)
        {
            throw new CommandException(ExitCode.Conflict, gone.Message);
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            const string ended = "a signal ended this; the next sync of this directory goes on from here";
            if (isOnce) throw new CommandException(ExitCode.Failed, ended);
            call.Remark(ended);
            return ExitCode.Done;
        }
    }

    private static void Tell(Invocation call, SyncChange change, List<SyncChange>? kept)
    {
        kept?.Add(change);
        if (call.IsJson && kept is null) call.PrintJson(SyncReport.Of(change));
        else if (call.IsJson) return;
        else if (call.IsQuiet) call.Print(PlainText.Of(change.Path));
        else
        {
            var arrow = change.Direction switch { SyncDirection.ToStore => "->", SyncDirection.ToDirectory => "<-", _ => "<>" };
            call.Print(PlainText.Of($"{arrow} {change.Action} {change.Path}{(change.Note is { } note ? $" ({note})" : "")}"));
        }
    }

    private static ExitCode Conclude(Invocation call, SyncOutcome outcome, List<SyncChange> changes)
    {
        if (call.IsJson) call.PrintJson(SyncReport.Of(outcome, changes));
        foreach (var obstacle in outcome.Obstacles) call.Remark(Sentence(obstacle));
        if (outcome.LeftForLater > 0) call.Remark($"{Readable.Count(outcome.LeftForLater, "file")} that somebody is just writing {(outcome.LeftForLater == 1 ? "is" : "are")} left for the next time");
        if (call.Has(DryRun)) call.Remark(changes.Count == 0 ? "dry run: there is nothing to do" : $"dry run: {Readable.Count(changes.Count, "change")} would be made, none was");
        if (!outcome.IsInStep)
            throw new CommandException(ExitCode.Conflict, $"{call.Argument(1)} is not in step with the store in {Readable.Count(outcome.Obstacles.Count, "place")}; everything else is.");
        if (!call.IsJson && !call.IsQuiet && !call.Has(DryRun)) call.Print($"in step {PlainText.Of(call.Argument(1))}");
        return ExitCode.Done;
    }

    private static string Sentence(SyncObstacle obstacle) => $"{obstacle.Path}: {obstacle.Cause}; {obstacle.Cure}";

    /// <summary>Says once that both sides are in step, and each thing that is in the way when it first is.</summary>
    private sealed class Told(Invocation call)
    {
        private readonly HashSet<string> said = new(StringComparer.Ordinal);
        private bool isFirst = true;

        public void InStep(SyncOutcome outcome)
        {
            if (isFirst && !call.IsJson) call.Print($"in step {PlainText.Of(call.Argument(1))}");
            var sentences = outcome.Obstacles.Select(Sentence).ToHashSet();
            var isNews = !said.SetEquals(sentences);
            foreach (var sentence in sentences.Where(sentence => !said.Contains(sentence))) call.Remark(sentence);
            said.Clear();
            said.UnionWith(sentences);
            if (call.IsJson && (isFirst || isNews)) call.PrintJson(SyncReport.Of(outcome, null));
            isFirst = false;
        }
    }
}
