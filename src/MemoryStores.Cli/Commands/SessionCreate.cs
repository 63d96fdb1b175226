using MemoryStores.Client.Sending;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class SessionCreate
{
    private static readonly Option Agent = new("--agent", "the agent, by id or name") { Value = "AGENT", Completes = Completes.Agents };
    private static readonly Option AgentVersion = new("--agent-version", "the agent as it was at this version") { Value = "N" };
    private static readonly Option Environment = new("--environment", "the environment, by id or name") { Value = "ENVIRONMENT", Completes = Completes.Environments };
    private static readonly Option Title = new("--title", "a title") { Value = "TEXT" };
    private static readonly Option Store = new("--store", "a memory store to mount, by id or name; :read_only lets the agent only read it")
    {
        Value = "STORE[:read_only]", MayRepeat = true, Completes = Completes.Stores,
    };
    private static readonly Option Instructions = new("--instructions", "what the agent is told about a store; STORE as --store names it") { Value = "STORE=TEXT", MayRepeat = true };

    public static readonly Command Command = new()
    {
        Name = "session create",
        Summary = "Make a session of an agent, with the memory stores it is given",
        Options = [Agent, AgentVersion, Environment, Title, Store, Instructions, Options.Metadata],
        About = "Stores are given when a session is made and never later. Prints the new session; with --quiet its id alone.",
        Examples =
        [
            "memstores session create --agent gardener --environment workshop --store notes --store house:read_only",
            "SESSION=$(memstores session create --agent gardener --environment workshop --store notes --quiet)",
            "memstores session create --agent gardener --environment workshop --store notes --instructions 'notes=Write down what you planted.'",
        ],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Text(Agent) is not { } agent) throw call.BadUsage($"a session needs {Agent.Name} {Agent.Value}");
        if (call.Text(Environment) is not { } environment) throw call.BadUsage($"a session needs {Environment.Name} {Environment.Value}");
        var instructions = Options.Pairs(call, Instructions) ?? [];
        var stores = new List<SessionStore>();
        foreach (var given in call.Given.All(Store))
        {
            var (name, access) = Access(given);
            stores.Add(new SessionStore(await StoreNames.ResolveAsync(call.Client, name)) { Access = access, Instructions = instructions.GetValueOrDefault(name) });
            instructions.Remove(name);
        }
        if (instructions.Count > 0) throw call.BadUsage($"{Instructions.Name} is about '{instructions.Keys.First()}', which no {Store.Name} names");
        var session = await call.Client.Sessions.CreateAsync(new NewSession
        {
            Agent = new SessionAgentChoice(await WorkspaceNames.AgentAsync(call.Client, agent), call.Number(AgentVersion, 1, int.MaxValue)),
            EnvironmentId = await WorkspaceNames.EnvironmentAsync(call.Client, environment),
            Title = call.Text(Title),
            Metadata = Options.Pairs(call, Options.Metadata),
            Resources = stores.Count > 0 ? stores : null,
        });
        return Shown.Print(call, session, session.Value.Id, Facts.Print);
    }

    /// <summary>A store's name may hold colons: only the two words behind the last one are an access.</summary>
    private static (string Name, string? Access) Access(string given)
    {
        foreach (var access in new[] { StoreResource.ReadOnly, StoreResource.ReadWrite })
            if (given.EndsWith(":" + access, StringComparison.Ordinal)) return (given[..^(access.Length + 1)], access);
        return (given, null);
    }
}
