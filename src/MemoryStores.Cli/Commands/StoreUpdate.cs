using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class StoreUpdate
{
    private static readonly Option Name = new("--name", "a new name") { Value = "NAME" };
    private static readonly Option Description = new("--description", "a new description; '' clears it") { Value = "TEXT" };
    private static readonly Option Metadata = new("--metadata", "set a note") { Value = "KEY=VALUE", MayRepeat = true };
    private static readonly Option Remove = new("--remove-metadata", "remove a note") { Value = "KEY", MayRepeat = true };

    public static readonly Command Command = new()
    {
        Name = "store update",
        Summary = "Change a store's name, description or metadata",
        Arguments = [Arguments.Store],
        Options = [Name, Description, Metadata, Remove],
        About = "What is not named stays as it is.",
        Examples = ["memstores store update notes --name 'Team notes'", "memstores store update notes --metadata team=roof --remove-metadata draft"],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (!Command.Options.Any(call.Has)) throw call.BadUsage("nothing to change is named");
        var metadata = Options.Pairs(call, Metadata)?.ToDictionary(pair => pair.Key, pair => (string?)pair.Value, StringComparer.Ordinal);
        foreach (var key in call.Given.All(Remove)) (metadata ??= new(StringComparer.Ordinal))[key] = null;
        var store = await call.Client.Stores.UpdateAsync(await StoreNames.ResolveAsync(call.Client, call.Argument(0)), new UpdateStoreBody
        {
            Name = call.Text(Name),
            Description = call.Text(Description),
            Metadata = metadata,
        });
        if (call.IsJson) call.PrintJson(store.Json);
        else if (call.IsQuiet) call.Print(store.Value.Id);
        else Facts.Print(call, store.Value);
        return ExitCode.Done;
    }
}
