namespace MemoryStores.Cli.Commands;

internal static class KeyRevoke
{
    public static readonly Command Command = new()
    {
        Name = "key revoke",
        Summary = "End an API key, at once and for good",
        Arguments = [new Argument("KEY", "the key's id, apikey_…")],
        Options = [Options.Yes],
        Examples = ["memstores key revoke apikey_01… --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        call.Confirm($"Revoke {call.Argument(0)}? Whoever uses it loses access now.", Options.Yes);
        KeyShown.Print(call, await call.Client.Keys.RevokeAsync(call.Argument(0)));
        return ExitCode.Done;
    }
}
