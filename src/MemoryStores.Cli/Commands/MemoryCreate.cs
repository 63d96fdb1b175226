namespace MemoryStores.Cli.Commands;

internal static class MemoryCreate
{
    public static readonly Command Command = new()
    {
        Name = "memory create",
        Summary = "Write a memory where none is yet",
        Arguments = [Arguments.Store, Arguments.NewPath],
        Options = [ContentSource.File, ContentSource.Content],
        About = "Reads standard input unless --file or --content is given. A path that is taken is a conflict.",
        Examples = ["echo 'The roof was mended in May.' | memstores memory create notes /house/roof.md"],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var path = MemoryPaths.Check(call.Argument(1));
        var content = await ContentSource.ReadAsync(call);
        var memory = await call.Client.Memories.CreateAsync(await StoreNames.ResolveAsync(call.Client, call.Argument(0)), path, content);
        Saved.Print(call, memory, "created");
        return ExitCode.Done;
    }
}
