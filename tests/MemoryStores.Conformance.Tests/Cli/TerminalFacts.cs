namespace MemoryStores.Conformance.Tests.Cli;

public sealed class TerminalFacts(CommandLineFixture program) : IClassFixture<CommandLineFixture>
{
    [Fact]
    public async Task A_table_fits_the_terminal_and_has_colours_there_and_only_there()
    {
        var store = await program.NewStoreAsync();
        await program.DoAsync("memory", "put", store, "/" + new string('x', 100) + ".md", "--content", "x");
        var start = program.Start("memory", "list", store, "--long");
        var shown = (await Terminal.RunAsync(start, columns: 60)).Text.ReplaceLineEndings("\n");
        Assert.Contains("\e[1m", shown, StringComparison.Ordinal);
        Assert.Contains("…", shown, StringComparison.Ordinal);
        Assert.All(shown.Replace("\e[1m", "", StringComparison.Ordinal).Replace("\e[0m", "", StringComparison.Ordinal).Split('\n'), line => Assert.InRange(line.Length, 0, 60));

        var plain = await Terminal.RunAsync(start with { Variables = new Dictionary<string, string>(start.Variables) { ["NO_COLOR"] = "1" } });
        Assert.DoesNotContain("\e", plain.Text, StringComparison.Ordinal);

        var piped = await program.RunAsync("memory", "list", store, "--long");
        Assert.DoesNotContain("\e", piped.Text + piped.Error, StringComparison.Ordinal);
        Assert.Contains(new string('x', 100), piped.Text, StringComparison.Ordinal);
        var failed = await program.RunAsync("memory", "list", "nowhere");
        Assert.DoesNotContain("\e", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_many_is_asked_about_and_no_is_the_default()
    {
        var store = await program.NewStoreAsync();
        foreach (var path in new[] { "/a", "/b" }) await program.DoAsync("memory", "create", store, path, "--content", "x");
        var refused = await Terminal.RunAsync(program.Start("memory", "rm", store, "/**"), "\n");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Delete 2 memories (/a, /b)? [y/N]", refused.Text, StringComparison.Ordinal);
        Assert.Equal("/a\n/b", await program.DoAsync("memory", "list", store));
        Assert.Equal(0, (await Terminal.RunAsync(program.Start("memory", "rm", store, "/**"), "y\n")).ExitCode);
        Assert.Equal("", await program.DoAsync("memory", "list", store));
    }
}
