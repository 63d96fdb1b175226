using MemoryStores.Cli.Mounting;

namespace MemoryStores.Cli.Commands;

internal static class DraftDiscard
{
    private static readonly Option All = new("--all", "every draft there is");

    public static readonly Command Command = new()
    {
        Name = "drafts discard",
        Summary = "Give drafts up, for good",
        Arguments = [Drafts.Id with { MayRepeat = true, IsOptional = true }],
        Options = [All, Options.Yes],
        About = """
            A file that showed a draft shows its memory again, or is gone where it never was one. Asks first; away from a terminal it
            needs --yes.
            """,
        Examples = ["memstores drafts discard 3f9a02c41d", "memstores drafts discard --all --yes"],
        Ends = [ExitCode.NotFound],
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        if (call.Has(All) == call.Given.Arguments.Count > 0) throw call.BadUsage($"name drafts or give {All.Name}");
        var ids = call.Has(All) ? (await Drafts.ListAsync(call)).ConvertAll(draft => draft.Id) : [.. call.Given.Arguments];
        if (ids.Count == 0)
        {
            call.Remark("There are no drafts.");
            return ExitCode.Done;
        }
        call.Confirm($"Discard {Readable.Count(ids.Count, "draft")}? This cannot be undone.", Options.Yes);
        foreach (var id in ids)
        {
            await Drafts.DiscardAsync(call, id);
            call.Print(call.IsQuiet ? id : $"discarded {id}");
        }
        return ExitCode.Done;
    }
}
