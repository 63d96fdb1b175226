namespace MemoryStores.Cli.Commands;

internal static class MemoryRename
{
    public static readonly Command Command = new()
    {
        Name = "memory rename",
        Summary = "Move a memory to another path; it keeps its id and its versions",
        Arguments = [Arguments.Store, Arguments.Memory, new Argument("NEW-PATH", "its new path; with '/' at its end the directory it moves to") { Completes = Completes.Paths }],
        Options = [Options.IfVersion],
        Examples = ["memstores memory rename notes /roof.md /house/roof.md", "memstores memory rename notes /roof.md /house/"],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var (from, to) = (call.Argument(1), call.Argument(2));
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        if (to.EndsWith('/'))
        {
            var path = from.StartsWith('/') ? from : (await MemoryPaths.FindAsync(call.Client, store, from)).Path;
            to += path[(path.LastIndexOf('/') + 1)..];
        }
        MemoryPaths.Check(to);
        var result = await new MemoryWrites(call.Client, store).RenameAsync(from, to, call.Text(Options.IfVersion));
        await Saved.PrintAsync(call, store, result, "renamed to");
        return ExitCode.Done;
    }
}
