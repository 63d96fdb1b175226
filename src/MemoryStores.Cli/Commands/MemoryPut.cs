using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class MemoryPut
{
    private static readonly Option CreateOnly = new("--create-only", "only if nothing is there, else exit 4");

    public static readonly Command Command = new()
    {
        Name = "memory put",
        Summary = "Write a memory, whether it exists or not",
        Arguments = [Arguments.Store, Arguments.NewPath],
        Options = [ContentSource.File, ContentSource.Content, Options.IfVersion, Options.IfSha256, CreateOnly],
        About = "Reads standard input unless --file or --content is given. Each write is a version; earlier ones stay.",
        Examples =
        [
            "memstores memory put notes /house/roof.md < roof.md",
            "memstores memory put notes /house/roof.md --content 'Mended in May.' --if-version memver_01JShQ1pdoW3aLj7EeBqu5Ax",
        ],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        Option[] conditions = [Options.IfVersion, Options.IfSha256, CreateOnly];
        if (conditions.Count(call.Has) > 1) throw call.BadUsage($"only one of {Suggestion.List(conditions.Select(option => option.Name))} can hold");
        if (call.Text(Options.IfSha256) is { } hash && !ContentDigest.TryParse(hash, out _))
            throw call.BadUsage($"{Options.IfSha256.Name} takes 64 lower-case hex digits, not '{hash}'");
        var named = call.Argument(1);
        var isId = MemoryId.TryParse(named) is not null;
        if (!isId) MemoryPaths.Check(named);
        var content = await ContentSource.ReadAsync(call);
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var writes = new MemoryWrites(call.Client, store);

        if (call.Text(Options.IfVersion) is { } version)
            await Saved.PrintAsync(call, store, await writes.ReplaceAsync(named, content, version), "updated");
        else if (call.Text(Options.IfSha256) is { } digest)
            Saved.Print(call, await writes.ReplaceIfContentAsync((await MemoryPaths.FindAsync(call.Client, store, named)).Id, content, digest), "updated");
        else if (isId)
            Saved.Print(call, await call.Client.Memories.UpdateAsync(store, named, new() { Content = content }), "updated");
        else
        {
            var (memory, created) = await CreateOrUpdateAsync(call, store, named, content);
            Saved.Print(call, memory, created ? "created" : "updated");
        }
        return ExitCode.Done;
    }

    /// <summary>A create that finds its path taken says by which memory: no look-up is needed. Lost again to a delete, it is tried anew.</summary>
    private static async Task<(Answer<Contract.Wire.MemoryBody>, bool Created)> CreateOrUpdateAsync(Invocation call, string store, string path, MemoryContent content)
    {
        const int tries = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return (await call.Client.Memories.CreateAsync(store, path, content), true);
            }
            catch (ApiException taken) when (!call.Has(CreateOnly) && attempt < tries
                && taken is { Status: 409, ConflictingMemoryId: { Length: > 0 } occupant } && taken.ConflictingPath == path)
            {
                try
                {
                    return (await call.Client.Memories.UpdateAsync(store, occupant, new() { Content = content }), false);
                }
                catch (ApiException gone) when (gone.Status == 404 && attempt < tries)
                {
                }
            }
        }
    }
}
