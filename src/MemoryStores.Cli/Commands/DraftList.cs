using MemoryStores.Cli.Mounting;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Journaling;

namespace MemoryStores.Cli.Commands;

internal static class DraftList
{
    public static readonly Command Command = new()
    {
        Name = "drafts",
        Summary = "List what was written in mounts and cannot be a memory as it is, with cause and cure",
        About = """
            A draft is kept on this machine until a valid save of its path or its removal ends it, or 'memstores drafts discard'.
            WHERE says whether the file in the mount shows it (file) or the memory (aside); left is what a mount that ended has left:
            the next mount of its store with the same key takes it up, with the changes that wait there to be sent.
            """,
        Examples = ["memstores drafts", "memstores drafts show 3f9a02c41d", "memstores drafts discard 3f9a02c41d", "memstores drafts --json"],
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var drafts = await Drafts.ListAsync(call);
        if (call.IsJson)
        {
            using var json = new JsonList();
            foreach (var draft in drafts) json.AddItem(MountJson.Of(draft).Span);
            call.PrintJson(json.End());
            return ExitCode.Done;
        }
        if (call.IsQuiet)
        {
            drafts.ForEach(draft => call.Print(draft.Id));
            return ExitCode.Done;
        }
        if (drafts.Count == 0) call.Remark("There are no drafts.");
        else
        {
            var table = new Table(new Column("DRAFT"), new Column("PATH") { ShortenedTo = 16 }, new Column("SIZE") { IsNumber = true }, new Column("WRITTEN"), new Column("WHERE"), new Column("MOUNT") { ShortenedTo = 16 });
            foreach (var draft in drafts)
            {
                table.Add(draft.Id, draft.Path, Readable.Number(draft.ContentSizeBytes), Readable.Ago(draft.UpdatedAt, call.Surroundings.Time),
                    draft.Directory is null ? "left" : draft.InFile ? "file" : "aside", draft.Directory ?? draft.Store);
            }
            call.Print(table);
            foreach (var draft in drafts) call.Remark($"{draft.Id} {draft.Path}: {draft.Cause}. To do: {draft.Cure}.");
        }
        foreach (var (store, server, changes, directory) in LeftDrafts.Waiting())
            call.Remark($"{Readable.Count(changes, "change")} for {store} of {server} {(changes == 1 ? "waits" : "wait")} for its next mount with the same key, in {directory}; remove that directory to give {(changes == 1 ? "it" : "them")} up");
        return ExitCode.Done;
    }
}
