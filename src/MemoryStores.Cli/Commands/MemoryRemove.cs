using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class MemoryRemove
{
    private static readonly Option DryRun = new("--dry-run", "only show what would be deleted") { Short = "-n" };

    // The server commits those that wait together: more in flight is faster, up to a batch.
    private const int AtOnce = 16;
    private const int PathsShown = 5;

    public static readonly Command Command = new()
    {
        Name = "memory rm",
        Summary = "Delete a memory, or all that match a pattern; their versions stay",
        Arguments = [Arguments.Store, new Argument("GLOB", "a path, an id, a directory with '/' at its end, or a pattern as of 'memory list'") { Completes = Completes.Paths }],
        Options = [DryRun, Options.Yes],
        About = """
            More than one is asked about first; away from a terminal that needs --yes. A memory that changes while the command runs
            is left as it is, and the command ends with 4.
            """,
        Examples = ["memstores memory rm notes /house/roof.md", "memstores memory rm notes '/drafts/**' --dry-run"],
        Ends = Command.OfChanges,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var store = await StoreNames.ResolveAsync(call.Client, call.Argument(0));
        var glob = new Glob(call.Argument(1));
        var isOne = !glob.IsPattern;
        // By a path, what is deleted is what is there; among many, what is deleted is what was seen.
        List<MemoryBody> found = isOne ? [await MemoryPaths.FindAsync(call.Client, store, glob.Literal is { } literal && call.Argument(1).StartsWith('/') ? literal : call.Argument(1))] : [];
        if (!isOne)
        {
            await foreach (var item in MemoryPaths.ListAsync(call.Client, store, glob.Directory, glob.IsOneLevel ? 1 : null))
            {
                if (item is MemoryBody memory && glob.Matches(memory.Path)) found.Add(memory);
            }
            if (found.Count == 0) throw new CommandException(ExitCode.NotFound, $"no memory matches '{call.Argument(1)}'");
        }
        if (call.Has(DryRun))
        {
            foreach (var memory in found) call.Print(call.IsQuiet ? PlainText.Of(memory.Path) : "would delete " + PlainText.Of(memory.Path));
            return ExitCode.Done;
        }
        if (!isOne)
        {
            var shown = string.Join(", ", found.Take(PathsShown).Select(memory => memory.Path)) + (found.Count > PathsShown ? ", …" : "");
            call.Confirm($"Delete {Readable.Count(found.Count, "memory")} ({shown})?", Options.Yes, evenAlone: found.Count > 1);
        }
        return await DeleteAsync(call, store, found, isOne);
    }

    private static async Task<ExitCode> DeleteAsync(Invocation call, string store, List<MemoryBody> found, bool isOne)
    {
        var answers = new Answer<DeletedBody>?[found.Count];
        using (var progress = new Progress(call, "deleting", found.Count))
        {
            await Parallel.ForAsync(0, found.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, stop) =>
            {
                try
                {
                    answers[index] = await call.Client.Memories.DeleteAsync(store, found[index].Id, isOne ? null : found[index].ContentSha256, stop);
                }
                catch (ApiException kept) when (!isOne && kept.Status is 404 or 409)
                {
                    // Gone already, or changed since it was listed: told below.
                }
                progress.Advance();
            });
        }
        Tell(call, found, answers, isOne);
        var changed = found.Where((_, index) => answers[index] is null).Select(memory => memory.Path).ToList();
        if (changed.Count == 0) return ExitCode.Done;
        throw new CommandException(ExitCode.Conflict,
            $"{Readable.Count(changed.Count, "memory")} changed meanwhile and stayed: {string.Join(", ", changed.Take(PathsShown))}. Look at them, then repeat the command.");
    }

    private static void Tell(Invocation call, List<MemoryBody> found, Answer<DeletedBody>?[] answers, bool isOne)
    {
        if (call.IsJson)
        {
            if (isOne)
            {
                call.PrintJson(answers[0]!.Json);
                return;
            }
            using var json = new JsonList();
            foreach (var answer in answers.OfType<Answer<DeletedBody>>()) json.AddItem(answer.Json.Span);
            call.PrintJson(json.End());
            return;
        }
        for (var i = 0; i < found.Count; i++)
        {
            if (answers[i] is not null) call.Print((call.IsQuiet ? "" : "deleted ") + PlainText.Of(found[i].Path));
        }
    }
}
