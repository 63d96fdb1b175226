using MemoryStores.Mount;
using MemoryStores.Mount.Local;

namespace MemoryStores.Cli.Mounting;

/// <summary>Says what stays on this machine when a mount is drained or left.</summary>
internal static class Left
{
    public static void Tell(DrainOutcome? drained, UnsentFiles? unsent, Action<string> say)
    {
        if (unsent is not null)
            say($"{Readable.Count(unsent.Count, "file")} did not reach the server and {(unsent.Count == 1 ? "was" : "were")} copied to {unsent.Directory}");
        if (drained is null) return;
        foreach (var problem in drained.Problems) say(problem);
        if (drained.LocalFiles > 0)
            say($"{Readable.Count(drained.LocalFiles, "file")} of names that are never memories, such as .git/, {(drained.LocalFiles == 1 ? "stays" : "stay")} in {drained.LocalFilesDirectory}");
    }
}
