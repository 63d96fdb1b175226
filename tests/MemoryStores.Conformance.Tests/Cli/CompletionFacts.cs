using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>The scripts in the shells they are for: sourced, and asked as the shell asks on Tab.</summary>
public sealed class CompletionFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    [Theory]
    [InlineData("memstores mem", "memory")]
    [InlineData("memstores memory r", "rename|rm")]
    [InlineData("memstores memory list --dep", "--depth")]
    [InlineData("memstores memory list --depth ", "0|1")]
    public async Task Bash_completes_commands_and_options(string line, string completed) => Assert.Equal(completed, await BashAsync(line));

    [Fact]
    public async Task Bash_completes_the_names_of_stores_and_the_paths_of_memories()
    {
        var store = "A store " + Guid.NewGuid().ToString("N");
        await program.DoAsync("store", "create", store);
        await program.DoAsync("memory", "put", store, "/notes/roof top.md", "--content", "x");
        var quoted = store.Replace(" ", "\\ ", StringComparison.Ordinal);
        Assert.Equal(quoted, await BashAsync($"memstores memory get A\\ store\\ {store[8..12]}"));
        Assert.Equal(store, await BashAsync($"memstores memory get \"A store {store[8..12]}"));
        Assert.Equal("/notes/", await BashAsync($"memstores memory get {quoted} /n"));
        Assert.Equal("/notes/roof\\ top.md", await BashAsync($"memstores memory get {quoted} /notes/"));
    }

    [Fact]
    public async Task A_shell_without_a_server_in_reach_gets_an_empty_answer_and_no_complaint()
    {
        var run = await program.RunAsync("complete", "--", "memory", "get", "--url", "http://127.0.0.1:1", "--key", "k", "");
        Assert.Equal((0, "", ""), (run.ExitCode, run.Text, run.Error));
    }

    [InstalledFact("fish")]
    public async Task Fish_completes_commands_options_stores_and_paths()
    {
        var store = await program.NewStoreAsync();
        await program.DoAsync("memory", "put", store, "/notes/a", "--content", "x");
        async Task<string> FishAsync(string line) =>
            (await ShellAsync("fish", "--no-config", "-c", $"memstores completion fish | source; complete -C {Quote(line)}")).Trim();
        Assert.StartsWith("memory\t", await FishAsync("memstores mem"), StringComparison.Ordinal);
        Assert.StartsWith("--depth\t", await FishAsync("memstores memory list --dep"), StringComparison.Ordinal);
        Assert.Equal(store, await FishAsync($"memstores memory get {store[..20]}"));
        Assert.Equal("/notes/", await FishAsync($"memstores memory get {store} /n"));
    }

    [InstalledFact("zsh")]
    public async Task Zsh_completes_commands_options_stores_and_paths()
    {
        var store = await program.NewStoreAsync();
        await program.DoAsync("memory", "put", store, "/notes/a", "--content", "x");
        Assert.Contains("memstores memory ", await ZshAsync("memstores mem"), StringComparison.Ordinal);
        Assert.Contains("memstores memory list --depth ", await ZshAsync("memstores memory list --dep"), StringComparison.Ordinal);
        Assert.Contains($"memstores memory get {store} ", await ZshAsync($"memstores memory get {store[..20]}"), StringComparison.Ordinal);
        Assert.Contains($"memstores memory get {store} /notes/", await ZshAsync($"memstores memory get {store} /n"), StringComparison.Ordinal);
    }

    /// <summary>What COMPREPLY holds, joined by '|'. Bash itself splits the line: COMP_WORDS keep their quotes.</summary>
    private async Task<string> BashAsync(string line)
    {
        var script = $$"""
            source <(memstores completion bash)
            line={{Quote(line)}}
            # Words as readline has them: split at spaces that nothing quotes, quotes kept.
            COMP_WORDS=()
            while IFS= read -r word; do COMP_WORDS+=("$word"); done < <(printf '%s\n' "$line" | grep -oE "(\\\\.|\"[^\"]*\"?|[^ ])+")
            [[ $line == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
            compopt() { :; }
            _memstores
            IFS='|'
            printf '%s' "${COMPREPLY[*]}"
            """;
        return await ShellAsync("bash", "--norc", "-c", script);
    }

    /// <summary>The line after Tab, from a zsh at a pseudo terminal inside a zsh.</summary>
    private Task<string> ZshAsync(string line) => ShellAsync("zsh", "-f", "-c", $$"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1=; unsetopt beep; autoload -U compinit; compinit -u -D; source <(memstores completion zsh); report() { print -r -- \"<\$BUFFER>\"; zle kill-whole-line; }; zle -N report; bindkey '^X' report; echo rea''dy"
        zpty -r shell seen '*ready*'
        zpty -w -n shell {{Quote(line)}}$'\t\x18'
        zpty -r shell seen '*<*>*'
        print -r -- "$seen"
        zpty -d shell
        """);

    private async Task<string> ShellAsync(string shell, params string[] arguments)
    {
        var start = program.Start();
        var run = await ProgramRun.RunAsync(start with
        {
            Program = shell,
            Arguments = arguments,
            Variables = new Dictionary<string, string>(start.Variables)
            {
                ["PATH"] = Path.GetDirectoryName(ServerProcess.Program) + ":" + Environment.GetEnvironmentVariable("PATH"),
                ["TERM"] = "xterm",
                ["HOME"] = program.Directory.Path,
            },
        });
        return run.Text;
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

/// <summary>A fact that needs a program which a machine may lack; it says so instead of failing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InstalledFactAttribute : FactAttribute
{
    public InstalledFactAttribute(string program)
    {
        Program = program;
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!directories.Any(directory => File.Exists(Path.Combine(directory, program)))) Skip = $"{program} is not installed.";
    }

    public string Program { get; }
}
