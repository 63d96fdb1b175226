namespace MemoryStores.Cli.Commands;

internal static class VersionRedact
{
    public static readonly Command Command = new()
    {
        Name = "version redact",
        Summary = "Erase the content and path of versions, for good",
        Arguments = [Arguments.Store, Arguments.Version with { MayRepeat = true }],
        Options = [Options.Yes],
        About = """
            Who wrote it, and when, stays in the history. Asks first; away from a terminal it needs --yes. The current version of a
            memory cannot be redacted: change or delete the memory first.
            """,
        Examples = ["memstores version redact notes memver_01JShQ1pdoW3aLj7EeBqu5Ax --yes"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var versions = call.Given.Arguments.Skip(1).ToList();
        call.Confirm($"Erase {Readable.Count(versions.Count, "version")}? This cannot be undone.", Options.Yes);
        using var json = new JsonList();
        foreach (var version in versions)
        {
            var redacted = await call.Client.Versions.RedactAsync(store, version);
            if (call.IsJson && versions.Count == 1) call.PrintJson(redacted.Json);
            else if (call.IsJson) json.AddItem(redacted.Json.Span);
            else call.Print(call.IsQuiet ? redacted.Value.Id : $"redacted {redacted.Value.Id}");
        }
        if (call.IsJson && versions.Count > 1) call.PrintJson(json.End());
        return ExitCode.Done;
    }
}
