using MemoryStores.Mount;

namespace MemoryStores.Cli.Mounting;

/// <summary>Says what stays on this machine when a mount is drained or left.</summary>
internal static class Left
{
    public static void Tell(DrainOutcome? drained, int pending, Action<string> say)
    {
        if (pending > 0)
            say($"{Readable.Count(pending, "change")} did not reach the server and {(pending == 1 ? "is" : "are")} kept in the journal; the next mount of this store sends {(pending == 1 ? "it" : "them")}");
        if (drained is null) return;
        foreach (var problem in drained.Problems) say(problem);
        if (drained.LocalFiles > 0)
            say($"{Readable.Count(drained.LocalFiles, "file")} of names that are never memories, such as .git/, {(drained.LocalFiles == 1 ? "stays" : "stay")} in {drained.LocalFilesDirectory}");
    }
}
