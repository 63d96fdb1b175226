using System.Text;

namespace MemoryStores.Cli;

/// <summary>Help, made from the command table alone.</summary>
internal static class HelpText
{
    private const int OptionColumn = 30;
    private const int LineWidth = 100;

    public static string Overview(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder("""
            memstores: memory for agents, as a versioned store with a REST API

            usage: memstores COMMAND [arguments] [options]


            """);
        var width = commands.Max(command => command.Name.Length) + 3;
        var before = "";
        foreach (var command in commands.Where(command => !command.IsHidden))
        {
            // Verbs of one noun stand together, and verbs without a noun.
            var noun = command.Name.Contains(' ', StringComparison.Ordinal) ? command.Name.Split(' ')[0] : "";
            if (noun != before) text.AppendLine();
            before = noun;
            text.AppendLine($"  {command.Name.PadRight(width)}{command.Summary}");
        }
        text.AppendLine().AppendLine("Options of every command:").AppendLine();
        AppendOptions(text, GlobalOptions.All);
        text.Append("""

            The server and its key come from --url and --key, else from MEMSTORES_URL and MEMSTORES_API_KEY, else from
            ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY when both are set, else http://127.0.0.1:7878 with the key in
            ./.memstores/admin.key. A key is only ever sent to the server it was given for.

            'memstores help COMMAND' tells more. A STORE is named by its id or its name, a PATH begins with '/'.


            """);
        return text.Append(Ends(Enum.GetValues<ExitCode>())).ToString();
    }

    public static string Group(string group, IReadOnlyList<Command> commands)
    {
        var members = commands.Where(command => !command.IsHidden && command.Name.StartsWith(group + " ", StringComparison.Ordinal)).ToList();
        var text = new StringBuilder($"usage: memstores {group} VERB\n\n");
        var width = members.Max(command => command.Name.Length) + 3;
        foreach (var command in members) text.AppendLine($"  {command.Name.PadRight(width)}{command.Summary}");
        text.AppendLine().AppendLine($"'memstores help {group} VERB' tells more.").AppendLine();
        return text.Append(Ends(members.SelectMany(AllEnds))).ToString();
    }

    public static string Of(Command command)
    {
        var text = new StringBuilder($"usage: memstores {command.Name}");
        foreach (var argument in command.Arguments) text.Append(' ').Append(argument);
        text.Append(" [options]\n\n");
        foreach (var line in Wrapped(command.Summary + ".", LineWidth)) text.AppendLine(line);
        // However its lines are broken in the source, it is read in lines of one width.
        if (command.About is { } about) text.AppendLine().AppendJoin('\n', Wrapped(about.ReplaceLineEndings(" "), LineWidth)).AppendLine();
        if (command.Arguments.Length > 0) text.AppendLine();
        foreach (var argument in command.Arguments) AppendRow(text, argument.Name, argument.Help);
        if (command.Options.Length > 0)
        {
            text.AppendLine();
            AppendOptions(text, command.Options);
        }
        text.AppendLine().AppendLine("and the options of every command:").AppendLine();
        AppendOptions(text, GlobalOptions.All);
        if (command.Examples.Length > 0) text.AppendLine().AppendLine("examples:").AppendLine();
        foreach (var example in command.Examples) text.Append("  ").AppendLine(example);
        return text.AppendLine().Append(Ends(AllEnds(command))).ToString();
    }

    private static IEnumerable<ExitCode> AllEnds(Command command) => command.Ends.Concat([ExitCode.Done, ExitCode.Failed, ExitCode.BadUsage]);

    private static string Ends(IEnumerable<ExitCode> codes) =>
        "exit codes: " + string.Join(", ", codes.Distinct().Order().Select(code => $"{(int)code} {code.Meaning()}"));

    private static void AppendOptions(StringBuilder text, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            var name = option.Short is null ? option.Name : $"{option.Short}, {option.Name}";
            AppendRow(text, option.Value is null ? name : $"{name} {option.Value}", option.Help + (option.MayRepeat ? "; may be repeated" : ""));
        }
    }

    private static void AppendRow(StringBuilder text, string name, string help)
    {
        var lines = Wrapped(help, LineWidth - OptionColumn).ToList();
        text.Append(("  " + name).PadRight(OptionColumn - 1)).Append(' ').AppendLine(lines[0]);
        foreach (var line in lines.Skip(1)) text.Append(' ', OptionColumn).AppendLine(line);
    }

    private static IEnumerable<string> Wrapped(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }
        yield return line.ToString();
    }
}
