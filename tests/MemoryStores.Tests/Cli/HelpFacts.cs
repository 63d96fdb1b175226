using MemoryStores.Cli;
using MemoryStores.Cli.Commands;

namespace MemoryStores.Tests.Cli;

public sealed class HelpFacts
{
    public static TheoryData<string> Names => new(CommandTable.With([]).Where(command => !command.IsHidden).Select(command => command.Name));

    [Fact]
    public async Task The_overview_lists_every_command_and_ends_with_the_exit_codes()
    {
        var screen = new Screen();
        Assert.Equal(0, await screen.RunAsync("--help"));
        foreach (var command in CommandTable.With([]))
            Assert.Equal(!command.IsHidden, screen.Output.Contains($"\n  {command.Name} ", StringComparison.Ordinal));
        Assert.Contains("\n  serve ", screen.Output, StringComparison.Ordinal);
        Assert.EndsWith("exit codes: 0 done, 1 failed, 2 bad usage, 3 not found, 4 conflict, 5 no access, 6 server unreachable\n", screen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_commands_help_names_its_arguments_and_options_and_ends_with_its_exit_codes(string name)
    {
        var command = CommandTable.With([]).Single(each => each.Name == name);
        var (asked, flagged) = (new Screen(), new Screen());
        Assert.Equal(0, await asked.RunAsync(["help", .. name.Split(' ')]));
        Assert.Equal(0, await flagged.RunAsync([.. name.Split(' '), "--help"]));
        Assert.Equal(asked.Output, flagged.Output);
        Assert.StartsWith($"usage: memstores {name}", asked.Output, StringComparison.Ordinal);
        foreach (var option in command.Options.Concat(GlobalOptions.All)) Assert.Contains(option.Name, asked.Output, StringComparison.Ordinal);
        foreach (var argument in command.Arguments) Assert.Contains($"\n  {argument.Name} ", asked.Output, StringComparison.Ordinal);
        var last = asked.Output.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("exit codes: 0 done, 1 failed, 2 bad usage", last, StringComparison.Ordinal);
        foreach (var code in command.Ends) Assert.Contains($"{(int)code} {code.Meaning()}", last, StringComparison.Ordinal);
        Assert.All(asked.Output.Split('\n').Where(line => !line.StartsWith("  memstores ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 120));
    }

    [Fact]
    public void Every_example_is_a_line_the_parser_takes()
    {
        foreach (var command in CommandTable.With([]))
        {
            foreach (var example in command.Examples.Where(example => example.StartsWith("memstores ", StringComparison.Ordinal)))
            {
                var words = example.Split(" | ")[0].Split(" < ")[0].Split(" > ")[0].Split("  #")[0].Trim().Split(' ')[1..];
                // Quotes are the shell's: a quoted text is one word here too.
                var joined = System.Text.RegularExpressions.Regex.Matches(string.Join(' ', words), "'[^']*'|\\S+").Select(word => word.Value.Trim('\'')).ToArray();
                Assert.Contains(Parser.Parse(joined, CommandTable.With([])).Command, CommandTable.With([]));
            }
        }
    }

    [Fact]
    public async Task A_noun_alone_shows_its_verbs()
    {
        var screen = new Screen();
        Assert.Equal(2, await screen.RunAsync("memory"));
        Assert.Contains("  memory edit ", screen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_that_of_the_build()
    {
        var screen = new Screen();
        Assert.Equal(0, await screen.RunAsync("--version"));
        Assert.Matches(@"^memstores \d+\.\d+\.\d+\n$", screen.Output);
    }
}
