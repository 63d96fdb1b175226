using MemoryStores.Mount;

namespace MemoryStores.Cli.Mounting;

/// <summary>Says what stays on this machine when a mount is drained or left.</summary>
internal static class Left
{
    public static void Tell(DrainOutcome? drained, Action<string> say)
    {
        if (drained is null) return;
        foreach (var problem in drained.Problems) say(problem);
        if (drained.LocalFiles > 0)
            say($"{Readable.Count(drained.LocalFiles, "file")} of names that are never memories, such as .git/, {(drained.LocalFiles == 1 ? "stays" : "stay")} in {drained.LocalFilesDirectory}");
    }
}
