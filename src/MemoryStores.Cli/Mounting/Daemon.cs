using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;

namespace MemoryStores.Cli.Mounting;

/// <summary>What a daemon tells the command that started it, a line of JSON each: that it is ready, or why it ended.</summary>
internal sealed record DaemonNews
{
    public bool Ready { get; init; }
    public string? Failed { get; init; }
    public ExitCode Code { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DaemonNews))]
internal sealed partial class DaemonJson : JsonSerializerContext;

/// <summary>
/// The foreground's half of --background: this program once more, as <c>mount-daemon</c>. The key goes through a pipe: arguments
/// are seen by the whole machine, and an environment stays readable as long as the process lives.
/// </summary>
internal static class Daemon
{
    private const int LongestComplaint = 2_000;

    // Keys this program knows from its own environment, and the daemon gets by the pipe.
    private static readonly string[] KeyVariables = ["MEMSTORES_API_KEY", "ANTHROPIC_API_KEY", OpenSession.TokenVariable];

    public static async Task StartAsync(Invocation call, MountOptions options, string log, OpenSession? session = null)
    {
        Detachment.KeepFilesFromChildren();
        using var process = Process.Start(StartInfo(call, options, session))!;
        var complaint = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(session?.GivenToken is { } token ? $"\n{token}\n" : call.Client.Connection.Key + "\n\n");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already, and what it says about that comes below.
        }
        var news = await process.StandardOutput.ReadLineAsync() is { } line ? JsonSerializer.Deserialize(line, DaemonJson.Default.DaemonNews) : null;
        if (news?.Ready == true) return;
        if (news?.Failed is { } failed) throw new CommandException(news.Code, failed);
        await process.WaitForExitAsync();
        var said = await complaint;
        throw new CommandException(ExitCode.Failed,
            $"the daemon ended with {process.ExitCode} before {options.Directory} was mounted; its log is {log}{(said.Length > 0 ? $"; it said: {said[..Math.Min(said.Length, LongestComplaint)].Trim()}" : "")}");
    }

    private static ProcessStartInfo StartInfo(Invocation call, MountOptions options, OpenSession? session)
    {
        var (program, verb) = Self(Commands.MountDaemon.Command.Name);
        var info = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in verb.SkipLast(1).Concat(Commands.MountDaemon.Words(call, options, session))) info.ArgumentList.Add(word);
        foreach (var name in KeyVariables) info.Environment.Remove(name);
        return info;
    }

    /// <summary>How this program is started once more. Run as 'dotnet memstores.dll', it is the first of dotnet's words.</summary>
    public static (string Program, IReadOnlyList<string> Verb) Self(string verb)
    {
        var program = Environment.ProcessPath!;
        return (program, Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Path.GetFullPath(Environment.GetCommandLineArgs()[0]), verb] : [verb]);
    }
}
