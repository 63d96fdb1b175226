using MemoryStores.Client;
using MemoryStores.Client.Sending;
using MemoryStores.Contract;

namespace MemoryStores.Cli;

/// <summary>From what a person calls an agent, an environment or a session to its id: the id itself, or a name that one alone has.</summary>
internal static class WorkspaceNames
{
    // Enough to recognise one's own among them.
    private const int NamesShown = 5;

    public const string Imported = "imported";

    private sealed record Namesake(string Id, string? Name, string CreatedAt, bool IsArchived);

    public static Task<string> AgentAsync(MemoryStoresClient client, string named) =>
        ResolveAsync(named, "agent_", "agent", "memstores agent create NAME --model MODEL", Agents(client));

    public static Task<string> EnvironmentAsync(MemoryStoresClient client, string named) =>
        ResolveAsync(named, "env_", "environment", "memstores environment create NAME", Environments(client));

    public static Task<string> SessionAsync(MemoryStoresClient client, string named) =>
        ResolveAsync(named, "sesn_", "session", "memstores session create --agent AGENT --environment ENVIRONMENT", Sessions(client));

    /// <summary>The oldest agent in use that is called "imported", made when there is none: whose sessions came from elsewhere.</summary>
    public static async Task<string> ImportedAgentAsync(MemoryStoresClient client) =>
        await OldestAsync(Agents(client)) ?? (await client.Agents.CreateAsync(new NewAgent
        {
            Name = Imported, Model = "unknown", Description = "Whoever it was: the agent of transcripts that were imported.",
        })).Value.Id;

    /// <summary>The same for an environment. A cloud one: no worker waits for work of it.</summary>
    public static async Task<string> ImportedEnvironmentAsync(MemoryStoresClient client) =>
        await OldestAsync(Environments(client)) ?? (await client.Environments.CreateAsync(new NewEnvironment
        {
            Name = Imported, Description = "Wherever it was: the environment of transcripts that were imported.",
        })).Value.Id;

    private static async Task<string?> OldestAsync(IAsyncEnumerable<Namesake> all)
    {
        Namesake? oldest = null;
        await foreach (var one in all)
        {
            if (one is { Name: Imported, IsArchived: false } && (oldest is null || string.CompareOrdinal(one.CreatedAt, oldest.CreatedAt) < 0)) oldest = one;
        }
        return oldest?.Id;
    }

    private static async Task<string> ResolveAsync(string named, string tag, string kind, string cure, IAsyncEnumerable<Namesake> all)
    {
        if (named.StartsWith(tag, StringComparison.Ordinal)) return named;
        var (namesakes, names) = (new List<Namesake>(), new List<string>());
        await foreach (var one in all)
        {
            if (one.Name is null) continue;
            if (one.Name == named) namesakes.Add(one);
            if (!one.IsArchived) names.Add(one.Name);
        }
        // What is archived gives its name up to what is in use.
        var candidates = namesakes.Any(one => !one.IsArchived) ? namesakes.Where(one => !one.IsArchived).ToList() : namesakes;
        var title = kind == "session" ? "titled" : "called";
        return candidates switch
        {
            [var one] => one.Id,
            [] => throw new CommandException(ExitCode.NotFound, $"there is no {kind} '{named}'{Hint(named, names, cure)}"),
            _ => throw new CommandException(ExitCode.BadUsage,
                $"{candidates.Count} {kind}s are {title} '{named}'; name one by its id: {string.Join(", ", candidates.Take(NamesShown).Select(one => $"{one.Id} (made {one.CreatedAt[..10]})"))}{(candidates.Count > NamesShown ? ", …" : "")}"),
        };
    }

    private static string Hint(string named, List<string> names, string cure) =>
        Suggestion.For(named, names) is { } near ? Suggestion.Ask(near)
        : names.Count == 0 ? $"; there is none yet: {cure}"
        : $"; there are {string.Join(", ", names.Distinct().Take(NamesShown).Select(name => $"'{name}'"))}{(names.Count > NamesShown ? ", …" : "")}";

    private static async IAsyncEnumerable<Namesake> Agents(MemoryStoresClient client)
    {
        await foreach (var page in client.Agents.ListPagesAsync(includeArchived: true, Limits.PageItems))
            foreach (var one in page.Value.Data) yield return new Namesake(one.Id, one.Name, one.CreatedAt, one.ArchivedAt is not null);
    }

    private static async IAsyncEnumerable<Namesake> Environments(MemoryStoresClient client)
    {
        await foreach (var page in client.Environments.ListPagesAsync(includeArchived: true, Limits.PageItems))
            foreach (var one in page.Value.Data) yield return new Namesake(one.Id, one.Name, one.CreatedAt, one.ArchivedAt is not null);
    }

    private static async IAsyncEnumerable<Namesake> Sessions(MemoryStoresClient client)
    {
        await foreach (var page in client.Sessions.ListPagesAsync(new SessionListQuery { IncludeArchived = true, Limit = Limits.PageItems }))
            foreach (var one in page.Value.Data) yield return new Namesake(one.Id, one.Title, one.CreatedAt, one.ArchivedAt is not null);
    }
}
