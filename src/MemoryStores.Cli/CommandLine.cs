using System.Reflection;
using MemoryStores.Cli.Commands;
using MemoryStores.Client;

namespace MemoryStores.Cli;

/// <summary>
/// A verb that another part of the program offers beside the client's, such as <c>serve</c>: shown in help and completion, its
/// words read by itself.
/// </summary>
public sealed record OutsideVerb(string Name, string Summary, Func<string[], Task<int>> RunAsync);

/// <summary>The program's entry: finds the command, runs it, and turns whatever went wrong into one line and an exit code.</summary>
public static class CommandLine
{
    public static string VersionNumber { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    public static Task<int> RunAsync(string[] words, params OutsideVerb[] outside) => RunAsync(words, Surroundings.OfProcess(), outside);

    internal static async Task<int> RunAsync(string[] words, Surroundings surroundings, params OutsideVerb[] outside)
    {
        var verbose = words.Contains(GlobalOptions.Verbose.Name) || words.Contains(GlobalOptions.Verbose.Short);
        int Fail(ExitCode code, string problem, string? requestId = null)
        {
            var line = PlainText.Of(problem) + (verbose && requestId is not null ? $" (request id {requestId})" : "");
            surroundings.Error.WriteLine(surroundings.ErrorHasColors ? $"\e[31mmemstores:\e[0m {line}" : $"memstores: {line}");
            return (int)code;
        }
        try
        {
            return await DispatchAsync(words, surroundings, outside);
        }
        catch (Exception ended) when (ended is CommandException or ApiException or ServerUnreachableException or IOException or UnauthorizedAccessException)
        {
            var cure = ended is ServerUnreachableException ? ". Start one with 'memstores serve', or name another with --url or MEMSTORES_URL." : "";
            return Fail(CodeOf(ended), ended.Message + cure, (ended as ApiException)?.RequestId);
        }
    }

    internal static ExitCode CodeOf(Exception ended) => ended switch
    {
        CommandException own => own.Code,
        ServerUnreachableException => ExitCode.Unreachable,
        ApiException { Status: 404 } => ExitCode.NotFound,
        ApiException { Status: 409 or 412 } => ExitCode.Conflict,
        ApiException { Status: 401 or 403 } => ExitCode.NoAccess,
        _ => ExitCode.Failed,
    };

    private static async Task<int> DispatchAsync(string[] words, Surroundings surroundings, OutsideVerb[] outside)
    {
        foreach (var verb in outside)
        {
            var name = verb.Name.Split(' ');
            if (words.Take(name.Length).SequenceEqual(name)) return await verb.RunAsync(words[name.Length..]);
        }
        var commands = CommandTable.With(outside);
        if (words is ["--version"])
        {
            surroundings.Print("memstores " + VersionNumber);
            return (int)ExitCode.Done;
        }
        if (words is [] or ["--help" or "-h"])
        {
            surroundings.Print(HelpText.Overview(commands));
            return (int)ExitCode.Done;
        }
        // 'memstores memory' and 'memstores memory --help' ask what there is.
        if ((words.Length == 1 || words is [_, "--help" or "-h"]) && words[0] is var group && Parser.VerbsOf(group, commands).Any() && commands.All(command => command.Name != group))
        {
            surroundings.Print(HelpText.Group(group, commands));
            return (int)(words.Length == 1 ? ExitCode.BadUsage : ExitCode.Done);
        }
        var given = Parser.Parse(words, commands);
        if (given.Has(GlobalOptions.Help))
        {
            surroundings.Print(HelpText.Of(given.Command));
            return (int)ExitCode.Done;
        }
        using var invocation = new Invocation(given, surroundings, commands);
        return (int)await given.Command.Run(invocation);
    }
}
