using MemoryStores.Client.Sending;

namespace MemoryStores.Cli.Commands;

internal static class EnvironmentUpdate
{
    private static readonly Option Name = new("--name", "a new name") { Value = "NAME" };
    private static readonly Option Description = new("--description", "a new description") { Value = "TEXT" };
    private static readonly Option Config = new("--config", "what is to change of its configuration, as a JSON object with its type, or @FILE with it") { Value = "JSON" };

    public static readonly Command Command = new()
    {
        Name = "environment update",
        Summary = "Change an environment's name, description, configuration or metadata",
        Arguments = [Arguments.Environment],
        Options = [Name, Description, Config, Options.Metadata, Options.RemoveMetadata],
        About = "What is not named stays as it is, at every depth of the configuration; its type cannot change.",
        Examples = ["memstores environment update workshop --description 'The machine under the desk'"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (!Command.Options.Any(call.Has)) throw call.BadUsage("nothing to change is named");
        var environment = await call.Client.Environments.UpdateAsync(await WorkspaceNames.EnvironmentAsync(call.Client, call.Argument(0)), new EnvironmentChange
        {
            Name = call.Text(Name),
            Description = call.Text(Description),
            Config = Options.Object(call, Config),
            Metadata = Options.MetadataChange(call),
        });
        return Shown.Print(call, environment, environment.Value.Id, Facts.Print);
    }
}
