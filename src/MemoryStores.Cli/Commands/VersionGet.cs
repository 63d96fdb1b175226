namespace MemoryStores.Cli.Commands;

internal static class VersionGet
{
    private static readonly Option Content = new("--content", "its content instead of its facts, byte for byte");

    public static readonly Command Command = new()
    {
        Name = "version get",
        Summary = "Show a version: who wrote what, where and when",
        Arguments = [Arguments.Store, Arguments.Version],
        Options = [Content],
        Examples =
        [
            "memstores version get notes memver_01JShQ1pdoW3aLj7EeBqu5Ax",
            "memstores version get notes memver_01JShQ1pdoW3aLj7EeBqu5Ax --content | memstores memory put notes /house/roof.md",
        ],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var version = await call.Client.Versions.GetAsync(store, call.Argument(1));
        if (call.IsJson) call.PrintJson(version.Json);
        else if (!call.Has(Content)) Facts.Print(call, version.Value);
        else if (version.Value.Content is { } content) call.Surroundings.Out.Write(content.Utf8.Span);
        else
        {
            throw new CommandException(ExitCode.Failed, version.Value.RedactedAt is { } at
                ? $"this version was redacted at {at}; its content is erased"
                : "this version tells of a deletion and has no content");
        }
        return ExitCode.Done;
    }
}
