namespace MemoryStores.Cli.Commands;

internal static class SessionThreads
{
    public static readonly Command Command = new()
    {
        Name = "session threads",
        Summary = "List the threads of a session",
        Arguments = [Arguments.Session],
        Examples = ["memstores session threads sesn_123"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var threads = await call.Client.Sessions.ListThreadsAsync(await WorkspaceNames.SessionAsync(call.Client, call.Argument(0)));
        if (call.IsJson)
        {
            call.PrintJson(threads.Json);
            return ExitCode.Done;
        }
        return Shown.Rows(call, threads.Value.Data, thread => thread.Id, "Nothing.",
            new Table(new Column("ID"), new Column("STATUS"), new Column("AGENT") { ShortenedTo = 8 }, new Column("CREATED"), new Column("ARCHIVED")),
            thread => [thread.Id, thread.Status, thread.Agent.Name, Readable.Ago(thread.CreatedAt, call.Surroundings.Time), Readable.Ago(thread.ArchivedAt, call.Surroundings.Time)]);
    }
}
