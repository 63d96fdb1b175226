namespace MemoryStores.Cli.Commands;

internal static class StoreArchive
{
    public static readonly Command Command = new()
    {
        Name = "store archive",
        Summary = "Close a store to changes, for good",
        Arguments = [Arguments.Store],
        Options = [Options.Yes],
        About = "An archived store can be read, its memories deleted and its versions redacted; nothing else. There is no way back.",
        Examples = ["memstores store archive notes --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        call.Confirm($"Archive the store '{call.Argument(0)}'? It cannot be opened again.", Options.Yes);
        var store = await call.Client.Stores.ArchiveAsync(id);
        if (call.IsJson) call.PrintJson(store.Json);
        else if (call.IsQuiet) call.Print(store.Value.Id);
        else call.Print($"archived {PlainText.Of(store.Value.Name)} ({store.Value.Id})");
        return ExitCode.Done;
    }
}
