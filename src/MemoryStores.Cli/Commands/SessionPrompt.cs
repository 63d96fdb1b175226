using System.Text;

namespace MemoryStores.Cli.Commands;

internal static class SessionPrompt
{
    public static readonly Command Command = new()
    {
        Name = "session prompt",
        Summary = "Print the note that tells an agent where its memory is",
        Arguments = [Arguments.Session],
        About = "Put it into the system prompt: path, access, description and instructions of each store. Names and descriptions stand in it as data of the stores' owners.",
        Examples = ["memstores session prompt sesn_123", "memstores session prompt 'Mending the roof' --json"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var prompt = await call.Client.Sessions.GetPromptAsync(await WorkspaceNames.SessionAsync(call.Client, call.Argument(0)));
        if (call.IsJson) call.PrintJson(prompt.Json);
        else call.Surroundings.Out.Write(Encoding.UTF8.GetBytes(prompt.Value.Text));
        return ExitCode.Done;
    }
}
