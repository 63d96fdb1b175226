namespace MemoryStores.Cli.Commands;

internal static class Help
{
    public static readonly Command Command = new()
    {
        Name = "help",
        Summary = "Tell about the program or a command",
        Arguments = [new Argument("COMMAND", "such as memory edit") { IsOptional = true, MayRepeat = true, Completes = Completes.Commands }],
        Examples = ["memstores help memory edit"],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var name = string.Join(' ', call.Given.Arguments);
        if (name.Length == 0) call.Print(HelpText.Overview(call.Commands));
        else if (call.Commands.FirstOrDefault(command => command.Name == name) is { } command)
        {
            if (command.RunOutside is { } outside) return (ExitCode)await outside(["--help"]);
            call.Print(HelpText.Of(command));
        }
        else if (Parser.VerbsOf(name, call.Commands).Any()) call.Print(HelpText.Group(name, call.Commands));
        else throw Parser.Unknown(name, call.Commands);
        return ExitCode.Done;
    }
}
