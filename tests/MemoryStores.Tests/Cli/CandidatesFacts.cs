using MemoryStores.Cli.Commands;

namespace MemoryStores.Tests.Cli;

public sealed class CandidatesFacts
{
    [Theory]
    [InlineData("memory", "mem")]
    [InlineData("create put get list edit append rename rm", "memory", "")]
    [InlineData("rename rm", "memory", "r")]
    [InlineData("list", "--url", "http://127.0.0.1:1", "memory", "l")]
    [InlineData("--depth", "memory", "list", "--d")]
    [InlineData("0 1", "memory", "list", "s", "--depth", "")]
    [InlineData("versions", "agent", "v")]
    [InlineData("claude-code messages openai events", "session", "import", "--format", "")]
    [InlineData("", "session", "import", "")]
    [InlineData("", "session", "show", "")]
    [InlineData("bash zsh fish", "completion", "")]
    [InlineData("edit", "help", "memory", "e")]
    [InlineData("", "memory", "put", "--file", "")]
    [InlineData("--help", "serve", "--")]
    [InlineData("--json", "--js")]
    [InlineData("", "nonsense", "")]
    [InlineData("", "memory", "get", "")]
    [InlineData("", "memory", "get", "notes", "/")]
    public async Task A_shell_is_offered_what_may_come_next_and_nothing_where_no_server_is_known(string offered, params string[] words)
    {
        var screen = new Screen();
        Assert.Equal(0, await screen.RunAsync(["complete", "--", .. words]));
        Assert.Equal(offered, string.Join(' ', screen.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0])));
        Assert.Equal("", screen.Error);
    }

    [Fact]
    public async Task The_first_word_is_a_noun_or_a_verb_of_the_table()
    {
        var screen = new Screen();
        await screen.RunAsync("complete", "--", "");
        var words = CommandTable.With([]).Where(command => !command.IsHidden).Select(command => command.Name.Split(' ')[0]).Distinct();
        Assert.Equal(words.Prepend("serve"), screen.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')[0]));
    }

    [Fact]
    public async Task An_option_is_offered_once()
    {
        var screen = new Screen();
        await screen.RunAsync("complete", "--", "memory", "list", "--json", "--j");
        Assert.Equal("", screen.Output);
    }
}
