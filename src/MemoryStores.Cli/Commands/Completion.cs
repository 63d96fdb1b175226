namespace MemoryStores.Cli.Commands;

internal static class Completion
{
    public static readonly Command Command = new() { Name = "completion", Summary = "x", Run = _ => Task.FromResult(ExitCode.Failed) };
}

internal static class Complete
{
    public static readonly Command Command = new() { Name = "complete", Summary = "x", IsHidden = true, Run = _ => Task.FromResult(ExitCode.Failed) };
}
