namespace MemoryStores.Cli.Commands;

internal static class MemoryAppend
{
    public static readonly Command Command = new()
    {
        Name = "memory append",
        Summary = "Add to the end of a memory, whatever it holds by then",
        Arguments = [Arguments.Store, Arguments.Memory],
        Options = [ContentSource.File, ContentSource.Content],
        About = "Reads standard input unless --file or --content is given. Nothing is put between the old content and the new.",
        Examples = ["date | memstores memory append notes /house/log.md"],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var content = await ContentSource.ReadAsync(call);
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        await Saved.PrintAsync(call, store, await new MemoryWrites(call.Client, store).AppendAsync(call.Argument(1), content), "appended to");
        return ExitCode.Done;
    }
}
