using MemoryStores.Cli.Completing;

namespace MemoryStores.Cli.Commands;

internal static class Completion
{
    public static readonly Command Command = new()
    {
        Name = "completion",
        Summary = "Print the script that completes memstores in your shell",
        Arguments = [new Argument("SHELL", "bash, zsh or fish") { Choices = ["bash", "zsh", "fish"] }],
        About = "Completes commands and options, and with a server in reach the names of stores and the paths of memories.",
        Examples =
        [
            "source <(memstores completion bash)                          # in ~/.bashrc",
            "source <(memstores completion zsh)                           # in ~/.zshrc, after compinit",
            "memstores completion fish > ~/.config/fish/completions/memstores.fish",
        ],
        Run = RunAsync,
    };

    private static Task<ExitCode> RunAsync(Invocation call)
    {
        call.Surroundings.Out.Write(System.Text.Encoding.UTF8.GetBytes(Scripts.For(call.Argument(0))));
        return Task.FromResult(ExitCode.Done);
    }
}
