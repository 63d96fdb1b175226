using MemoryStores.Cli.Editing;
using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class MemoryEdit
{
    private static readonly Option OnConflict = new("--on-conflict", "if it changes meanwhile: merge, overwrite, copy or abort, instead of asking")
    {
        Value = "CHOICE",
        Choices = ["merge", "overwrite", "copy", "abort"],
    };

    public static readonly Command Command = new()
    {
        Name = "memory edit",
        Summary = "Open a memory in your editor and save what you make of it",
        Arguments = [Arguments.Store, Arguments.Memory],
        Options = [OnConflict],
        About = """
            The editor is VISUAL, else EDITOR, else vi. A path where nothing is yet begins empty. If somebody else writes while you
            edit, nothing of theirs is lost: you are asked whether to merge line by line (both changes in one place are shown
            between markers, in the editor), to overwrite, to keep yours as a copy beside it, or to abort; away from a terminal it
            aborts. Text that was not saved stays in its file, and the message says where.
            """,
        Examples = ["memstores memory edit notes /house/roof.md", "EDITOR='code --wait' memstores memory edit notes /house/roof.md"],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var named = call.Argument(1);
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var found = MemoryId.TryParse(named) is not null
            ? (await call.Client.Memories.GetAsync(store, named)).Value
            : await MemoryPaths.FindOrNullAsync(call.Client, store, named) is { } listed ? (await call.Client.Memories.GetAsync(store, listed.Id)).Value
            : null;
        var path = found?.Path ?? named;
        var draft = new Draft(path, found?.Content ?? MemoryContent.Empty);
        try
        {
            return await new EditSession(call, store, path, draft, call.Text(OnConflict)).RunAsync(found);
        }
        catch (Exception problem) when (draft.HasText
            && problem is CommandException or ApiException or ServerUnreachableException or IOException or UnauthorizedAccessException)
        {
            draft.Keep();
            var put = string.Join(' ', new[] { "memstores", "memory", "put", call.Argument(0), path, "--file", draft.File }.Select(ShellWord.Quoted));
            throw new CommandException(CommandLine.CodeOf(problem),
                $"{problem.Message.TrimEnd('.')}. Your text is kept in {draft.File}; to write it after all: {put}");
        }
        finally
        {
            draft.RemoveUnlessKept();
        }
    }
}
