using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>How every command tells what it wrote.</summary>
internal static class Saved
{
    public static void Print(Invocation call, Answer<MemoryBody> memory, string done)
    {
        if (call.IsJson) call.PrintJson(memory.Json);
        else if (call.IsQuiet) call.Print(memory.Value.MemoryVersionId);
        else call.Print(Line(memory.Value, done));
    }

    /// <summary>After a commit, whose answer names a version only.</summary>
    public static async Task PrintAsync(Invocation call, string store, ChangeResultBody result, string done)
    {
        if (call.IsQuiet && !call.IsJson) call.Print(result.MemoryVersionId ?? "");
        else Print(call, await call.Client.Memories.GetAsync(store, result.MemoryId!, withContent: false), result.Type == "unchanged" ? "unchanged" : done);
    }

    private static string Line(MemoryBody memory, string done) =>
        $"{done} {PlainText.Of(memory.Path)} ({Facts.Bytes(memory.ContentSizeBytes)}, {memory.MemoryVersionId})";
}
