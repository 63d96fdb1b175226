using MemoryStores.Cli.Importing;
using MemoryStores.Cli.Transcripts;

namespace MemoryStores.Cli.Commands;

internal static class SessionImport
{
    // Requests under way at once: the server's writer takes what waits together.
    private const int FilesAtOnce = 4;

    // A terminal shows the bar, and of this many files a line each when it is over.
    private const int FilesShownOnTerminal = 20;

    private static readonly Option Format = new("--format", "the format of all files, instead of finding it") { Value = "FORMAT", Choices = TranscriptFormat.All };
    private static readonly Option Session = new("--session", "put everything into this session, by id or title") { Value = "SESSION", Completes = Completes.Sessions };
    private static readonly Option Agent = new("--agent", "the agent of new sessions, by id or name; default: one called 'imported'") { Value = "AGENT", Completes = Completes.Agents };
    private static readonly Option Environment = new("--environment", "the environment of new sessions, by id or name; default: one called 'imported'") { Value = "ENVIRONMENT", Completes = Completes.Environments };
    private static readonly Option Lenient = new("--lenient", "skip lines that cannot be read, and import the rest");
    private static readonly Option DryRun = new("--dry-run", "read everything, say what would be imported, and change nothing");

    public static readonly Command Command = new()
    {
        Name = "session import",
        Summary = "Import transcripts of agents from files, each into a session",
        Arguments = [new Argument("FILE", "a transcript, or a directory whose *.jsonl, *.ndjson and *.json are looked for, at any depth") { MayRepeat = true, Completes = Completes.Files }],
        Options = [Format, Session, Agent, Environment, Lenient, DryRun],
        About = """
            Takes transcripts of Claude Code (claude-code), logs of the Messages API (messages), logs of OpenAI-style chats (openai), and
            lists of this API's own events (events); which of them a file is, it shows itself. Importing again makes no second session and no event
            twice: a transcript that has grown adds what is new, and an import that was ended goes on. A file with a line that cannot be read is
            refused whole, unless --lenient is given. Nothing is masked: a secret in a transcript is then in its session, for everybody whose key
            may read sessions.
            """,
        Examples =
        [
            "memstores session import ~/.claude/projects --dry-run",
            "memstores session import ~/.claude/projects",
            "memstores session import requests.jsonl --format messages --lenient --json",
            "memstores session import chat.json --session sesn_123",
        ],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Has(Session) && (call.Has(Agent) || call.Has(Environment))) throw call.BadUsage($"{Session.Name} names a session that has its agent and environment; leave out {Agent.Name} and {Environment.Name}");
        var files = TranscriptFiles.Find(call.Surroundings.Directory, call.Given.Arguments);
        if (files.Count == 0) throw new CommandException(ExitCode.NotFound, $"there are no *.jsonl, *.ndjson or *.json in {string.Join(", ", call.Given.Arguments.Select(name => $"'{name}'"))}");
        if ((await call.Client.Server.FindAsync())?.Value.Offers("transcripts") is not true)
            throw new CommandException(ExitCode.Failed, "this server takes no transcripts (GET /ext/v1 names no feature 'transcripts'); update it");
        using var asked = new CancellationTokenSource();
        using var signals = new EndingSignals(asked.Cancel);
        try
        {
            return Conclude(call, await ImportAsync(call, files, asked.Token));
        }
        catch (OperationCanceledException) when (asked.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Failed, call.Has(DryRun) ? "a signal ended this" : "a signal ended this; the same import, run again, goes on from here");
        }
    }

    private static async Task<List<ImportOutcome>> ImportAsync(Invocation call, IReadOnlyList<TranscriptPath> files, CancellationToken stop)
    {
        var options = new ImportOptions
        {
            Format = call.Text(Format),
            Lenient = call.Has(Lenient),
            DryRun = call.Has(DryRun),
            Session = call.Text(Session) is { } session ? (await call.Client.Sessions.GetAsync(await WorkspaceNames.SessionAsync(call.Client, session), stop)).Value.Id : null,
        };
        var sessions = new ImportedSessions(call.Client, () => HomeAsync(call));
        if (options.Session is null) await sessions.LoadAsync(stop);
        var (outcomes, turn) = (new ImportOutcome[files.Count], new Lock());
        using (var progress = new Progress(call, options.DryRun ? "reading" : "importing", files.Count > 1 ? files.Count : null))
        {
            var import = new ImportFile(call.Client, sessions, options, files.Count > 1 ? static _ => { } : progress.Advance);
            await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = stop }, async (i, halt) =>
            {
                outcomes[i] = await import.RunAsync(files[i], halt);
                lock (turn)
                {
                    if (IsToldAtOnce(call)) ImportReport.Print(call, outcomes[i], options.DryRun);
                    if (files.Count > 1) progress.Advance();
                }
            });
        }
        return [.. outcomes];
    }

    private static bool IsToldAtOnce(Invocation call) => !call.IsJson && !call.Surroundings.OutIsTerminal && !call.Surroundings.ErrorIsTerminal;

    private static async Task<(string Agent, string Environment)> HomeAsync(Invocation call) =>
        (call.Text(Agent) is { } agent ? await WorkspaceNames.AgentAsync(call.Client, agent) : await WorkspaceNames.ImportedAgentAsync(call.Client),
         call.Text(Environment) is { } environment ? await WorkspaceNames.EnvironmentAsync(call.Client, environment) : await WorkspaceNames.ImportedEnvironmentAsync(call.Client));

    private static ExitCode Conclude(Invocation call, List<ImportOutcome> outcomes)
    {
        if (call.IsJson) call.PrintJson(ImportReport.Json(outcomes));
        else if (!IsToldAtOnce(call))
        {
            foreach (var outcome in outcomes.Where(outcome => outcomes.Count <= FilesShownOnTerminal || !call.Surroundings.OutIsTerminal || outcome.End == ImportEnd.Refused || call.IsQuiet)) ImportReport.Print(call, outcome, call.Has(DryRun));
        }
        if (!call.IsJson && !call.IsQuiet) call.Print(ImportReport.Sum(outcomes, call.Has(DryRun)));
        var refused = outcomes.Where(outcome => outcome.End == ImportEnd.Refused).ToList();
        if (refused.Count == 0) return ExitCode.Done;
        var cure = refused.Any(outcome => outcome.BadLines > 0 && outcome.Why is null) ? $" Mend the lines, or skip them with {Lenient.Name}." : "";
        throw new CommandException(ExitCode.Failed, $"{refused.Count:N0} of {Readable.Count(outcomes.Count, "file")} could not be imported, first {refused[0].File}.{cure}");
    }
}
