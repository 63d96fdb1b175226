using MemoryStores.Cli;
using MemoryStores.Cli.Commands;

namespace MemoryStores.Tests.Cli;

public sealed class ParserFacts
{
    private static readonly IReadOnlyList<Command> Commands = CommandTable.With([]);

    [Fact]
    public void Options_stand_anywhere_and_take_their_value_as_the_next_word_or_after_a_sign()
    {
        var given = Parser.Parse(["--url", "http://h", "memory", "--json", "put", "notes", "--content=a=b", "/p", "--file", "-"], Commands);
        Assert.Equal("memory put", given.Command.Name);
        Assert.Equal(["notes", "/p"], given.Arguments);
        Assert.Equal(("http://h", "a=b", "-"), (given.Text(GlobalOptions.Url), given.Text(ContentSource.Content), given.Text(ContentSource.File)));
        Assert.True(given.Has(GlobalOptions.Json));
    }

    [Fact]
    public void After_two_dashes_all_words_are_arguments()
    {
        var given = Parser.Parse(["store", "create", "--", "--name"], Commands);
        Assert.Equal(["--name"], given.Arguments);
        Assert.Equal(["-"], Parser.Parse(["store", "create", "-"], Commands).Arguments);
    }

    [Fact]
    public void An_option_may_repeat_only_where_the_table_says_so()
    {
        var given = Parser.Parse(["store", "create", "n", "--metadata", "a=1", "--metadata", "b=2"], Commands);
        Assert.Equal(["a=1", "b=2"], given.All(given.Command.Options.Single(option => option.Name == "--metadata")));
        Assert.Contains("given twice", Refusal("store", "create", "n", "--description", "a", "--description", "b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no command 'memory lst'; did you mean 'memory list'?", "memory", "lst")]
    [InlineData("there is no command 'memroy'; did you mean 'memory'?", "memroy", "list")]
    [InlineData("there is no command 'edit'; did you mean 'memory edit'?", "edit", "x")]
    [InlineData("'memory list' has no option --lnog; did you mean '--long'?", "memory", "list", "s", "--lnog")]
    [InlineData("--content needs a value: --content TEXT.", "memory", "put", "s", "/p", "--content")]
    [InlineData("--long takes no value.", "memory", "list", "s", "--long=yes")]
    [InlineData("--depth takes 0 or 1, not '2'.", "memory", "list", "s", "--depth", "2")]
    [InlineData("'memory put' needs PATH: where the memory is to be, such as /notes/roof.md.", "memory", "put", "s")]
    [InlineData("'store get' does not take 'b'.", "store", "get", "a", "b")]
    [InlineData("SHELL is bash, zsh or fish, not 'fsih'; did you mean 'fish'?", "completion", "fsih")]
    public void What_is_wrong_is_said_with_its_cure(string problem, params string[] words) =>
        Assert.StartsWith(problem, Refusal(words), StringComparison.Ordinal);

    [Fact]
    public async Task A_verb_of_another_part_of_the_program_reads_its_own_words() =>
        Assert.Equal(42, await new Screen().RunAsync("serve", "--port", "1"));

    private static string Refusal(params string[] words)
    {
        var refused = Assert.Throws<CommandException>(() => Parser.Parse(words, Commands));
        Assert.Equal(ExitCode.BadUsage, refused.Code);
        return refused.Message;
    }
}
