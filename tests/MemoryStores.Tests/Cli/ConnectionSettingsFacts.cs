using MemoryStores.Cli;
using MemoryStores.Cli.Commands;
using MemoryStores.Client;

namespace MemoryStores.Tests.Cli;

public sealed class ConnectionSettingsFacts
{
    [Theory]
    [InlineData("http://127.0.0.1:7878", "k", "MEMSTORES_API_KEY=k")]
    [InlineData("http://h:1", "k", "MEMSTORES_URL=http://h:1", "MEMSTORES_API_KEY=k")]
    [InlineData("http://h:1", "k", "MEMSTORES_URL=http://h:1", "MEMSTORES_API_KEY=k", "ANTHROPIC_BASE_URL=http://a", "ANTHROPIC_API_KEY=a")]
    [InlineData("http://a", "a", "ANTHROPIC_BASE_URL=http://a", "ANTHROPIC_API_KEY=a")]
    [InlineData("http://127.0.0.1:7878", "k", "MEMSTORES_API_KEY=k", "ANTHROPIC_BASE_URL=http://a", "ANTHROPIC_API_KEY=a")]
    [InlineData("http://x:1", "k", "MEMSTORES_URL=http://h:1", "MEMSTORES_API_KEY=k", "--url=http://x:1", "--key=k")]
    [InlineData("http://h:1/", "k", "MEMSTORES_URL=http://h:1", "MEMSTORES_API_KEY=k", "--url=http://h:1/")]
    [InlineData("unix:/run/m.sock", "k", "MEMSTORES_URL=unix:/run/m.sock", "MEMSTORES_API_KEY=k")]
    public void Each_key_goes_with_its_own_server(string server, string key, params string[] settings)
    {
        var connection = Find(settings);
        Assert.Equal((server.TrimEnd('/'), key), (connection.Server.ToString(), connection.Key));
    }

    [Theory]
    [InlineData("MEMSTORES_URL=http://h:1", "MEMSTORES_API_KEY=k", "--url=http://other:1")]
    [InlineData("MEMSTORES_URL=http://h:1", "MEMSTORES_API_KEY=k", "--url=http://h:2")]
    [InlineData("MEMSTORES_URL=https://h:1", "MEMSTORES_API_KEY=k", "--url=http://h:1")]
    [InlineData("MEMSTORES_API_KEY=k", "--url=http://h:1")]
    [InlineData("MEMSTORES_URL=http://h:1", "ANTHROPIC_BASE_URL=http://h:1", "ANTHROPIC_API_KEY=a")]
    [InlineData("ANTHROPIC_API_KEY=a")]
    [InlineData("ANTHROPIC_BASE_URL=http://a", "ANTHROPIC_API_KEY=a", "--url=http://h:1")]
    public void A_key_of_another_server_is_never_used(params string[] settings) =>
        Assert.Equal(ExitCode.BadUsage, Assert.Throws<CommandException>(() => Find(settings)).Code);

    [Theory]
    [InlineData("ftp://h")]
    [InlineData("h:1")]
    [InlineData("http://user:pw@h")]
    [InlineData("http://h?x")]
    [InlineData("unix:")]
    public void What_is_no_address_is_refused(string url) =>
        Assert.Equal(ExitCode.BadUsage, Assert.Throws<CommandException>(() => Find($"--url={url}", "--key=k")).Code);

    [Fact]
    public void A_key_with_a_line_end_in_it_never_becomes_a_header() =>
        Assert.Equal(ExitCode.BadUsage, Assert.Throws<CommandException>(() => Find("MEMSTORES_API_KEY=k\r\nx: y")).Code);

    [Fact]
    public void The_admin_key_of_the_directory_goes_with_the_default_server_alone()
    {
        using var directory = new Testing.TemporaryDirectory();
        Directory.CreateDirectory(directory.File(".memstores"));
        File.WriteAllText(directory.File(".memstores/admin.key"), "admin\n");
        Assert.Equal("admin", FindIn(directory.Path).Key);
        Assert.Throws<CommandException>(() => FindIn(directory.Path, "--url=http://127.0.0.1:7879"));
        Assert.Throws<CommandException>(() => FindIn(directory.Path, "MEMSTORES_URL=http://h"));
    }

    private static Connection Find(params string[] settings) => FindIn("/nonexistent", settings);

    private static Connection FindIn(string directory, params string[] settings)
    {
        var variables = settings.Where(setting => !setting.StartsWith('-')).ToDictionary(setting => setting.Split('=')[0], setting => setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var given = Parser.Parse(["store", "list", .. settings.Where(setting => setting.StartsWith('-'))], CommandTable.With([]));
        return ConnectionSettings.Find(given, new Surroundings
        {
            In = Stream.Null,
            Out = Stream.Null,
            Error = TextWriter.Null,
            Variable = name => variables.GetValueOrDefault(name),
            Directory = directory,
        }).Connection;
    }
}
