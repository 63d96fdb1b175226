using System.Globalization;
using MemoryStores.Cli.Mounting;
using MemoryStores.Mount.Sandboxes;

namespace MemoryStores.Cli.Commands;

/// <summary>Started by 'run' in the namespaces of a sandbox, never by people.</summary>
internal static class SandboxFirst
{
    public static readonly Command Command = new()
    {
        Name = "sandbox-init",
        Summary = "Be the first process of a sandbox",
        Arguments = [new Argument("SOCKET", "the number of the descriptor by which the daemon is reached"), new Argument("PLAN", "what to mount, to hide and to run, as JSON")],
        IsHidden = true,
        Run = MountVerbs.Guarded(call => Task.FromResult((ExitCode)SandboxInit.Run(int.Parse(call.Argument(0), CultureInfo.InvariantCulture), call.Argument(1)))),
    };
}
