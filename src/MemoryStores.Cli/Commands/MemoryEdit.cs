namespace MemoryStores.Cli.Commands;

internal static class MemoryEdit
{
    public static readonly Command Command = new()
    {
        Name = "memory edit",
        Summary = "Open a memory in your editor and save what you make of it",
        Run = _ => Task.FromResult(ExitCode.Failed),
    };
}
