using System.Text;
using MemoryStores.Cli;

namespace MemoryStores.Tests.Cli;

/// <summary>A command line with nothing around it: no environment, no terminal, no server.</summary>
internal sealed class Screen : IDisposable
{
    private readonly MemoryStream output = new();
    private readonly StringWriter error = new();

    public Dictionary<string, string> Variables { get; init; } = [];
    public bool IsTerminal { get; init; }
    public string Output => Encoding.UTF8.GetString(output.ToArray());
    public string Error => error.ToString();

    public Surroundings Surroundings => new()
    {
        In = Stream.Null,
        Out = output,
        Error = error,
        Variable = name => Variables.GetValueOrDefault(name),
        OutIsTerminal = IsTerminal,
        Directory = "/nonexistent",
    };

    public Task<int> RunAsync(params string[] words) =>
        CommandLine.RunAsync(words, Surroundings, new OutsideVerb("serve", "Run the server", arguments => Task.FromResult(40 + arguments.Length)));

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }
}
