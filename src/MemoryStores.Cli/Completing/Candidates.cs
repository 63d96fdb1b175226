using System.Runtime.CompilerServices;
using MemoryStores.Cli.Mounting;
using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount;

namespace MemoryStores.Cli.Completing;

/// <summary>A word a shell may offer; one that ends with '/' is not finished yet.</summary>
internal sealed record Candidate(string Word, string? Help = null);

/// <summary>Finds what may stand at the end of an unfinished command line. It never fails: it offers less.</summary>
internal sealed class Candidates(Invocation call)
{
    // A person waits for this with a finger on the key.
    private static readonly TimeSpan ServerTime = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<Candidate> ForAsync(IReadOnlyList<string> words)
    {
        var current = words.Count == 0 ? "" : words[^1];
        var before = words.Take(Math.Max(0, words.Count - 1)).ToList();
        foreach (var candidate in await FindAsync(before, current))
        {
            // A line is a candidate, so one that holds a line end cannot be offered.
            if (candidate.Word.StartsWith(current, StringComparison.Ordinal) && PlainText.Of(candidate.Word) == candidate.Word) yield return candidate;
        }
    }

    private async Task<IEnumerable<Candidate>> FindAsync(List<string> before, string current)
    {
        var commands = call.Commands.Where(command => !command.IsHidden).ToList();
        if (FindCommand(before, commands, out var said, out var rest) is not { } command)
            return current.StartsWith('-') ? GlobalOptions.All.Select(option => new Candidate(option.Name, option.Help)) : NextWords(said, commands);
        if (command.RunOutside is not null) return current.StartsWith('-') ? [new Candidate(GlobalOptions.Help.Name)] : [];
        var typed = Read(command, rest);
        if (typed.Open is { } open)
            return open.Choices is { } choices ? choices.Select(choice => new Candidate(choice)) : await OfAsync(open.Completes, typed, current);
        if (current.StartsWith('-') && !typed.OptionsHaveEnded)
        {
            return command.Options.Concat(GlobalOptions.All)
                .Where(option => option.MayRepeat || !rest.Contains(option.Name)).Select(option => new Candidate(option.Name, option.Help));
        }
        var arguments = typed.Given.Arguments;
        var argument = command.Arguments.ElementAtOrDefault(arguments.Count) ?? (command.Arguments is [.., { MayRepeat: true } last] ? last : null);
        if (argument is null) return [];
        if (argument.Choices is { } words) return words.Select(word => new Candidate(word));
        return argument.Completes == Completes.Commands ? NextWords(arguments, commands) : await OfAsync(argument.Completes, typed, current);
    }

    /// <summary>The command that the words before the current one name; the words of its name, and the others.</summary>
    private static Command? FindCommand(List<string> before, List<Command> commands, out List<string> said, out List<string> rest)
    {
        (said, rest) = ([], []);
        for (var i = 0; i < before.Count; i++)
        {
            if (before[i].StartsWith('-'))
            {
                rest.Add(before[i]);
                if (GlobalOptions.All.Any(option => option.Value is not null && option.Name == before[i]) && i + 1 < before.Count) rest.Add(before[++i]);
                continue;
            }
            said.Add(before[i]);
            var name = string.Join(' ', said);
            if (commands.FirstOrDefault(command => command.Name == name) is not { } found) continue;
            rest.AddRange(before.Skip(i + 1));
            return found;
        }
        return null;
    }

    private static IEnumerable<Candidate> NextWords(IReadOnlyList<string> said, List<Command> commands) => commands
        .Select(command => (Words: command.Name.Split(' '), command.Summary))
        .Where(command => command.Words.Length > said.Count && command.Words.Take(said.Count).SequenceEqual(said))
        .GroupBy(command => command.Words[said.Count])
        .Select(group => group.ToList() is [var only] && only.Words.Length == said.Count + 1
            ? new Candidate(group.Key, only.Summary)
            : new Candidate(group.Key, Suggestion.List(group.Select(command => command.Words[^1]))));

    /// <summary>What a line says so far, its last option perhaps still without a value.</summary>
    private sealed record Typed(Given Given, bool OptionsHaveEnded, Option? Open);

    private static Typed Read(Command command, List<string> rest)
    {
        var (arguments, options) = (new List<string>(), new List<(Option, string)>());
        for (var i = 0; i < rest.Count; i++)
        {
            if (rest[i] == "--") return new Typed(new Given(command, [.. arguments, .. rest.Skip(i + 1)], options), true, null);
            if (rest[i] is not ['-', _, ..])
            {
                arguments.Add(rest[i]);
                continue;
            }
            var sign = rest[i].IndexOf('=', StringComparison.Ordinal);
            var (name, value) = sign < 0 ? (rest[i], null) : (rest[i][..sign], rest[i][(sign + 1)..]);
            if (command.Options.Concat(GlobalOptions.All).FirstOrDefault(option => option.Value is not null && option.Name == name) is not { } option) continue;
            if (value is null && i + 1 == rest.Count) return new Typed(new Given(command, arguments, options), false, option);
            options.Add((option, value ?? rest[++i]));
        }
        return new Typed(new Given(command, arguments, options), false, null);
    }

    private async Task<IEnumerable<Candidate>> OfAsync(Completes what, Typed typed, string current)
    {
        if (what == Completes.Mounts) return Mounts();
        // Files are the shell's own business: offered nothing, it completes them.
        if (what is Completes.Nothing or Completes.Files) return [];
        using var time = new CancellationTokenSource(ServerTime, call.Surroundings.Time);
        try
        {
            // The server and key that the line itself names count, as they will when it is run.
            using var client = new MemoryStoresClient(ConnectionSettings.Find(typed.Given, call.Surroundings).Connection);
            var found = new List<Candidate>();
            var offered = what switch
            {
                Completes.Stores => StoresAsync(client, time.Token),
                Completes.Agents => AgentsAsync(client, time.Token),
                Completes.Environments => EnvironmentsAsync(client, time.Token),
                Completes.Sessions => SessionsAsync(client, time.Token),
                _ => PathsAsync(client, typed.Given.Arguments, current, time.Token),
            };
            await foreach (var candidate in offered) found.Add(candidate);
            return found;
        }
        catch (Exception unhelpful) when (unhelpful is CommandException or ApiException or ServerUnreachableException or OperationCanceledException)
        {
            return [];
        }
    }

    private IEnumerable<Candidate> Mounts()
    {
        if (!OperatingSystem.IsLinux()) return [];
        try
        {
            return [.. MountVerbs.Registry(call).List().Select(mount => new Candidate(mount.Entry.Directory, PlainText.Of(mount.Entry.StoreName)))];
        }
        catch (Exception unhelpful) when (unhelpful is MountException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async IAsyncEnumerable<Candidate> StoresAsync(MemoryStoresClient client, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var page in client.Stores.ListPagesAsync(new StoreListQuery { Limit = Limits.PageItems }, stop))
        {
            foreach (var store in page.Value.Data) yield return new Candidate(store.Name, store.Description.Length > 0 ? PlainText.Of(store.Description) : null);
        }
    }

    private static async IAsyncEnumerable<Candidate> AgentsAsync(MemoryStoresClient client, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var page in client.Agents.ListPagesAsync(limit: Limits.PageItems, stop: stop))
            foreach (var agent in page.Value.Data) yield return new Candidate(agent.Name, agent.Description is { } help ? PlainText.Of(help) : null);
    }

    private static async IAsyncEnumerable<Candidate> EnvironmentsAsync(MemoryStoresClient client, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var page in client.Environments.ListPagesAsync(limit: Limits.PageItems, stop: stop))
            foreach (var one in page.Value.Data) yield return new Candidate(one.Name, one.Description is { } help ? PlainText.Of(help) : null);
    }

    /// <summary>The newest sessions, by their ids: there may be thousands, and titles are not unique.</summary>
    private static async IAsyncEnumerable<Candidate> SessionsAsync(MemoryStoresClient client, [EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var session in (await client.Sessions.ListAsync(new SessionListQuery { Limit = Limits.PageItems }, stop)).Value.Data)
            yield return new Candidate(session.Id, session.Title is { } title ? PlainText.Of(title) : null);
    }

    /// <summary>What stands in the directory that the current word has reached.</summary>
    private static async IAsyncEnumerable<Candidate> PathsAsync(
        MemoryStoresClient client, IReadOnlyList<string> arguments, string current, [EnumeratorCancellation] CancellationToken stop)
    {
        if (arguments is not [var named, ..] || (current.Length > 0 && current[0] != '/')) yield break;
        var store = await StoreNames.ResolveAsync(client, named);
        var query = new MemoryListQuery { PathPrefix = current[..(current.LastIndexOf('/') + 1)] is { Length: > 0 } directory ? directory : "/", Depth = 1, Limit = Limits.PageItems };
        await foreach (var page in client.Memories.ListPagesAsync(store, query, stop))
        {
            foreach (var item in page.Value.Data) yield return new Candidate(item is MemoryBody memory ? memory.Path : ((MemoryPrefixBody)item).Path);
        }
    }
}
