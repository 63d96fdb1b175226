namespace MemoryStores.Cli;

/// <summary>What a command was given: its arguments in order, and its options.</summary>
internal sealed record Given(Command Command, IReadOnlyList<string> Arguments, IReadOnlyList<(Option Option, string Value)> Options)
{
    public bool Has(Option option) => Options.Any(given => given.Option == option);

    public string? Text(Option option) => Options.LastOrDefault(given => given.Option == option).Value;

    public IEnumerable<string> All(Option option) => Options.Where(given => given.Option == option).Select(given => given.Value);
}

/// <summary>
/// Reads words: which command is meant, then its options wherever they stand and its arguments in order. After "--" all words
/// are arguments. An option's value follows it as the next word or after '='.
/// </summary>
internal static class Parser
{
    public static Given Parse(ReadOnlySpan<string> words, IReadOnlyList<Command> commands)
    {
        var (command, rest) = FindCommand(words, commands);
        var arguments = new List<string>();
        var options = new List<(Option, string)>();
        for (var i = 0; i < rest.Count; i++)
        {
            var word = rest[i];
            if (word == "--")
            {
                arguments.AddRange(rest.Skip(i + 1));
                break;
            }
            if (word is ['-', _, ..]) Take(command, rest, ref i, options);
            else arguments.Add(word);
        }
        var given = new Given(command, arguments, options);
        if (!given.Has(GlobalOptions.Help)) CheckArguments(given);
        return given;
    }

    /// <summary>The command with the longest name that the words begin with; options may stand between them.</summary>
    private static (Command, List<string>) FindCommand(ReadOnlySpan<string> words, IReadOnlyList<Command> commands)
    {
        var (rest, name) = (new List<string>(), "");
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (word is ['-', _, ..])
            {
                rest.Add(word);
                // The value of a global option is not a part of the command's name.
                if (GlobalOptions.All.Any(option => option.Value is not null && option.Name == word) && i + 1 < words.Length) rest.Add(words[++i]);
                continue;
            }
            name = name.Length == 0 ? word : $"{name} {word}";
            var isLonger = i + 1 < words.Length && $"{name} {words[i + 1]}" is var longer && commands.Any(command => command.Name == longer);
            if (!isLonger && commands.FirstOrDefault(command => command.Name == name) is { } found)
            {
                rest.AddRange(words[(i + 1)..]);
                return (found, rest);
            }
            if (!commands.Any(command => command.Name.StartsWith(name + " ", StringComparison.Ordinal))) throw Unknown(name, commands);
        }
        throw CommandException.BadUsage(name.Length == 0 ? "which command?" : $"'{name}' is followed by one of {Suggestion.List(VerbsOf(name, commands))}", null);
    }

    public static IEnumerable<string> VerbsOf(string group, IReadOnlyList<Command> commands) => commands
        .Where(command => !command.IsHidden && command.Name.StartsWith(group + " ", StringComparison.Ordinal))
        .Select(command => command.Name[(group.Length + 1)..]);

    public static CommandException Unknown(string name, IReadOnlyList<Command> commands)
    {
        var known = commands.Where(command => !command.IsHidden).Select(command => command.Name).ToList();
        // 'list' alone is no command, and 'memory list' may be what was meant.
        var near = Suggestion.For(name, known.Concat(known.Select(each => each.Split(' ')[0])).Distinct())
            ?? known.FirstOrDefault(each => each.EndsWith(" " + name, StringComparison.Ordinal));
        return CommandException.BadUsage($"there is no command '{name}'" + Suggestion.Ask(near));
    }

    private static void Take(Command command, List<string> rest, ref int at, List<(Option, string)> options)
    {
        var (word, value) = (rest[at], (string?)null);
        if (word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
            (word, value) = (word[..sign], word[(sign + 1)..]);
        var known = command.Options.Concat(GlobalOptions.All).ToList();
        var option = known.FirstOrDefault(each => each.Name == word || each.Short == word)
            ?? throw CommandException.BadUsage(
                $"'{command.Name}' has no option {word}" + Suggestion.Ask(Suggestion.For(word, known.Select(each => each.Name))), command.Name);
        if (option.Value is null)
        {
            if (value is not null) throw CommandException.BadUsage($"{option.Name} takes no value", command.Name);
        }
        else if (value is null)
        {
            if (at + 1 >= rest.Count) throw CommandException.BadUsage($"{option.Name} needs a value: {option.Name} {option.Value}", command.Name);
            value = rest[++at];
        }
        if (option.Choices is { } choices && !choices.Contains(value))
            throw CommandException.BadUsage($"{option.Name} takes {Suggestion.List(choices)}, not '{value}'", command.Name);
        if (!option.MayRepeat && option.Value is not null && options.Any(given => given.Item1 == option))
            throw CommandException.BadUsage($"{option.Name} is given twice", command.Name);
        options.Add((option, value ?? ""));
    }

    private static void CheckArguments(Given given)
    {
        var (command, count) = (given.Command, given.Arguments.Count);
        var needed = command.Arguments.Count(argument => !argument.IsOptional);
        if (count < needed)
            throw CommandException.BadUsage($"'{command.Name}' needs {command.Arguments[count]}: {command.Arguments[count].Help}", command.Name);
        if (count > command.Arguments.Length && command.Arguments is not [.., { MayRepeat: true }])
            throw CommandException.BadUsage($"'{command.Name}' does not take '{given.Arguments[command.Arguments.Length]}'", command.Name);
        for (var i = 0; i < Math.Min(count, command.Arguments.Length); i++)
        {
            if (command.Arguments[i].Choices is { } choices && !choices.Contains(given.Arguments[i]))
            {
                throw CommandException.BadUsage(
                    $"{command.Arguments[i].Name} is {Suggestion.List(choices)}, not '{given.Arguments[i]}'" + Suggestion.Ask(Suggestion.For(given.Arguments[i], choices)),
                    command.Name);
            }
        }
    }
}
