using MemoryStores.Client.Sending;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class EnvironmentCreate
{
    private static readonly Option Description = new("--description", "what runs there") { Value = "TEXT" };
    private static readonly Option Type = new("--type", $"where it is; default {EnvironmentConfig.Cloud}") { Value = "TYPE", Choices = [EnvironmentConfig.Cloud, EnvironmentConfig.SelfHosted] };
    private static readonly Option Config = new("--config", "its configuration as a JSON object, or @FILE with it, instead of --type") { Value = "JSON" };

    public static readonly Command Command = new()
    {
        Name = "environment create",
        Summary = "Make an environment",
        Arguments = [new Argument("NAME", "its name, 1 to 256 characters")],
        Options = [Description, Type, Config, Options.Metadata],
        About = "An environment is where agents run, for the programs that run them. Prints the new environment; with --quiet its id alone.",
        Examples = ["memstores environment create workshop --type self_hosted", "memstores environment create sandbox --config @environment.json"],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Has(Type) && call.Has(Config)) throw call.BadUsage($"{Config.Name} has the type in it; leave out {Type.Name}");
        var environment = await call.Client.Environments.CreateAsync(new NewEnvironment
        {
            Name = call.Argument(0),
            Description = call.Text(Description),
            Config = call.Text(Type) is { } type ? StoredJson.FromStorage($$"""{"type":"{{type}}"}""") : Options.Object(call, Config),
            Metadata = Options.Pairs(call, Options.Metadata),
        });
        return Shown.Print(call, environment, environment.Value.Id, Facts.Print);
    }
}
