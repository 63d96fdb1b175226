using MemoryStores.Cli.Completing;

namespace MemoryStores.Cli.Commands;

/// <summary>Asked by the completion scripts, never by people: what may stand in place of the last word.</summary>
internal static class Complete
{
    public static readonly Command Command = new()
    {
        Name = "complete",
        Summary = "Answer a shell: one candidate to a line, what it is behind a tab",
        Arguments = [new Argument("WORD", "the words so far behind '--', the last one unfinished") { IsOptional = true, MayRepeat = true }],
        IsHidden = true,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        await foreach (var candidate in new Candidates(call).ForAsync(call.Given.Arguments))
            call.Print(candidate.Help is null ? candidate.Word : $"{candidate.Word}\t{candidate.Help}");
        return ExitCode.Done;
    }
}
