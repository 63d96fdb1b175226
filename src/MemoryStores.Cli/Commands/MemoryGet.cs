namespace MemoryStores.Cli.Commands;

internal static class MemoryGet
{
    private static readonly Option Info = new("--info", "its facts instead of its content");

    public static readonly Command Command = new()
    {
        Name = "memory get",
        Summary = "Print a memory's content, byte for byte",
        Arguments = [Arguments.Store, Arguments.Memory],
        Options = [Info],
        Examples = ["memstores memory get notes /house/roof.md", "memstores memory get notes /house/roof.md --info", "memstores memory get notes /house/roof.md --json | jq -r .content_sha256"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var found = await MemoryPaths.FindAsync(call.Client, store, call.Argument(1));
        if (call.Has(Info) && !call.IsJson)
        {
            Facts.Print(call, found);
            return ExitCode.Done;
        }
        var memory = await call.Client.Memories.GetAsync(store, found.Id);
        if (call.IsJson) call.PrintJson(memory.Json);
        else call.Surroundings.Out.Write(memory.Value.Content!.Utf8.Span);
        return ExitCode.Done;
    }
}
