namespace MemoryStores.Cli.Commands;

internal static class StoreGet
{
    public static readonly Command Command = new()
    {
        Name = "store get",
        Summary = "Show a memory store",
        Arguments = [Arguments.Store],
        Examples = ["memstores store get notes", "memstores store get notes --quiet     # its id"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var store = await call.Client.Stores.GetAsync(await StoreNames.ResolveAsync(call.Client, call.Argument(0)));
        if (call.IsJson) call.PrintJson(store.Json);
        else if (call.IsQuiet) call.Print(store.Value.Id);
        else Facts.Print(call, store.Value);
        return ExitCode.Done;
    }
}
