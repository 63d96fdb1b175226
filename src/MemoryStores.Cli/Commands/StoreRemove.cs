namespace MemoryStores.Cli.Commands;

internal static class StoreRemove
{
    public static readonly Command Command = new()
    {
        Name = "store rm",
        Summary = "Delete a store with all its memories and versions, for good",
        Arguments = [Arguments.Store],
        Options = [Options.Yes],
        About = "Asks first; away from a terminal it needs --yes. 'memstores store archive' keeps what is there.",
        Examples = ["memstores store rm notes --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        call.Confirm($"Delete the store '{call.Argument(0)}' ({id}) with all its memories and versions? This cannot be undone.", Options.Yes);
        var deleted = await call.Client.Stores.DeleteAsync(id);
        if (call.IsJson) call.PrintJson(deleted.Json);
        else if (call.IsQuiet) call.Print(deleted.Value.Id);
        else call.Print($"deleted {PlainText.Of(call.Argument(0))} ({deleted.Value.Id})");
        return ExitCode.Done;
    }
}
