using MemoryStores.Cli.Mounting;

namespace MemoryStores.Cli.Commands;

internal static class DraftShow
{
    public static readonly Command Command = new()
    {
        Name = "drafts show",
        Summary = "Print the content of a draft, byte for byte",
        Arguments = [Drafts.Id],
        Examples = ["memstores drafts show 3f9a02c41d", "memstores drafts show 3f9a02c41d > rescued.md"],
        Ends = [ExitCode.NotFound],
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        call.Surroundings.Out.Write(await Drafts.ContentAsync(call, call.Argument(0)));
        return ExitCode.Done;
    }
}
