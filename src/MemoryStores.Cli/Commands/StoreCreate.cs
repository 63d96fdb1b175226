using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class StoreCreate
{
    private static readonly Option Description = new("--description", "what the store is for; agents read it") { Value = "TEXT" };
    private static readonly Option Metadata = new("--metadata", "a note of your own") { Value = "KEY=VALUE", MayRepeat = true };

    public static readonly Command Command = new()
    {
        Name = "store create",
        Summary = "Make a memory store",
        Arguments = [new Argument("NAME", "its name, 1 to 255 characters")],
        Options = [Description, Metadata],
        About = "Prints the new store; with --quiet its id alone.",
        Examples =
        [
            "memstores store create notes --description 'What the team knows'",
            "STORE=$(memstores store create notes --quiet)",
        ],
        Ends = [ExitCode.NoAccess, ExitCode.Unreachable],
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var store = await call.Client.Stores.CreateAsync(new CreateStoreBody
        {
            Name = call.Argument(0),
            Description = call.Text(Description),
            Metadata = Options.Pairs(call, Metadata),
        });
        if (call.IsJson) call.PrintJson(store.Json);
        else if (call.IsQuiet) call.Print(store.Value.Id);
        else Facts.Print(call, store.Value);
        return ExitCode.Done;
    }
}
