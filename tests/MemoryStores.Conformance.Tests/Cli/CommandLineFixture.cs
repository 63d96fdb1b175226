using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Cli;

/// <summary>One server for all runs of the program in a class; each test makes stores of its own.</summary>
public sealed class CommandLineFixture : IAsyncLifetime
{
    public TemporaryDirectory Directory { get; } = new();
    public ServerProcess Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await ServerProcess.StartAsync(Directory.File("data"));

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Dispose();
    }

    public ProgramStart Start(params string[] arguments) => new(ServerProcess.Program, arguments)
    {
        Directory = Directory.Path,
        Variables = new Dictionary<string, string>
        {
            ["MEMSTORES_URL"] = Server.Url.ToString(),
            ["MEMSTORES_API_KEY"] = ServerProcess.Key,
            ["TMPDIR"] = Directory.Path,
        },
    };

    public Task<ProgramRun> RunAsync(params string[] arguments) => ProgramRun.RunAsync(Start(arguments));

    public Task<ProgramRun> PipeAsync(string input, params string[] arguments) =>
        ProgramRun.RunAsync(Start(arguments) with { Input = Encoding.UTF8.GetBytes(input) });

    /// <summary>The output of a run that must succeed, without its last line end.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.ExitCode == 0, $"memstores {string.Join(' ', arguments)} ended with {run.ExitCode}: {run.Error}");
        return run.Text.TrimEnd('\n');
    }

    /// <summary>A store of its own for one test; its name.</summary>
    public async Task<string> NewStoreAsync()
    {
        var name = "store-" + Guid.NewGuid().ToString("N");
        await DoAsync("store", "create", name);
        return name;
    }

    /// <summary>An editor that is a shell script; "$1" is the file.</summary>
    public string Editor(string script)
    {
        var file = Directory.File($"editor {Guid.NewGuid():N}");
        File.WriteAllText(file, "#!/bin/sh\nset -e\n" + script + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return $"'{file}'";
    }

    public ProgramStart StartEdit(string script, params string[] arguments)
    {
        var start = Start(["memory", "edit", .. arguments]);
        return start with { Variables = new Dictionary<string, string>(start.Variables) { ["EDITOR"] = Editor(script) } };
    }

    public Task<ProgramRun> EditAsync(string script, params string[] arguments) => ProgramRun.RunAsync(StartEdit(script, arguments));
}
