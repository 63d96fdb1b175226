namespace MemoryStores.Cli.Commands;

internal static class KeyRotate
{
    private static readonly Option Grace = new("--grace", "how long the old secret goes on, such as 1h; at most 7d (default: it ends at once)") { Value = "SPAN" };

    public static readonly Command Command = new()
    {
        Name = "key rotate",
        Summary = "Give an API key a new secret",
        Arguments = [new Argument("KEY", "the key's id, apikey_…")],
        Options = [Grace, Options.Yes],
        About = """
            The key keeps its id, role and reach, so the history goes on naming it. After rotating the admin key in use,
            put the new secret into admin.key or MEMSTORES_API_KEY.
            """,
        Examples = ["memstores key rotate apikey_01… --grace 1h"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var grace = call.Text(Grace) is { } text ? Span.Read(call, Grace, text) : TimeSpan.Zero;
        if (grace == TimeSpan.Zero) call.Confirm($"Rotate {call.Argument(0)}? Its old secret ends at once.", Options.Yes);
        KeyShown.Print(call, await call.Client.Keys.RotateAsync(call.Argument(0), grace));
        return ExitCode.Done;
    }
}
