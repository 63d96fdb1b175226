using MemoryStores.Client;
using MemoryStores.Client.Merging;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Editing;

/// <summary>
/// One memory in the editor, from reading to saving: 1. open what the head is; 2. save it on that head, and no other; 3. where
/// the head has moved, ask: merge, overwrite, keep a copy or abort; then 2 again, on the new head. A save lost or refused
/// leaves the text in its file.
/// </summary>
internal sealed class EditSession(Invocation call, string store, string path, Draft draft, string? onConflict)
{
    private const int CopiesTried = 100;

    private readonly MemoryWrites writes = new(call.Client, store);

    /// <summary>What the text in the editor is based on; null when the memory is new, or was deleted.</summary>
    private MemoryBody? head;

    public async Task<ExitCode> RunAsync(MemoryBody? found)
    {
        head = found;
        var original = head?.Content ?? MemoryContent.Empty;
        await Editor.OpenAsync(call.Surroundings, draft.File); // 1.
        var text = draft.Read();
        if (text.Digest.Equals(original.Digest))
        {
            call.Remark(head is null ? "Nothing was written, and nothing made." : "Nothing was changed.");
            return ExitCode.Done;
        }
        while (true)
        {
            if (await SaveAsync(text)) return ExitCode.Done; // 2.
            if (await ResolveAsync(text) is not { } resolved) return ExitCode.Done; // 3.
            text = resolved;
        }
    }

    /// <summary>False when the head is no longer what the text is based on.</summary>
    private async Task<bool> SaveAsync(MemoryContent text)
    {
        try
        {
            if (head is null) Commands.Saved.Print(call, await call.Client.Memories.CreateAsync(store, path, text), "created");
            else await Commands.Saved.PrintAsync(call, store, await writes.ReplaceAsync(head.Id, text, head.MemoryVersionId), "updated");
            return true;
        }
        catch (ApiException lost) when (lost.Status == 409 && lost.ConflictingPath is null or "" || lost.ConflictingPath == path)
        {
            return false;
        }
        catch (CommandException moved) when (moved.Code == ExitCode.Conflict)
        {
            return false;
        }
        catch (ApiException deleted) when (deleted.Status == 404 && head is not null)
        {
            return false;
        }
    }

    /// <summary>The text to save next, with <see cref="head"/> as its base; null when it was saved otherwise.</summary>
    private async Task<MemoryContent?> ResolveAsync(MemoryContent text)
    {
        var now = await ReadHeadAsync();
        switch (Choose(now is null))
        {
            case "merge":
                return await MergeAsync(text, now!);
            case "overwrite":
                head = now;
                return text;
            case "copy":
                await KeepCopyAsync(text);
                return null;
            default:
                throw new CommandException(ExitCode.Conflict, "the memory has changed while you edited it, and nothing was saved.");
        }
    }

    private async Task<MemoryBody?> ReadHeadAsync()
    {
        try
        {
            if (head is not null) return (await call.Client.Memories.GetAsync(store, head.Id)).Value;
            return await MemoryPaths.FindOrNullAsync(call.Client, store, path) is { } made ? (await call.Client.Memories.GetAsync(store, made.Id)).Value : null;
        }
        catch (ApiException deleted) when (deleted.Status == 404)
        {
            return null;
        }
    }

    private string Choose(bool wasDeleted)
    {
        if (onConflict is not null) return wasDeleted && onConflict == "merge" ? "abort" : onConflict;
        if (!call.Surroundings.InIsTerminal) return "abort";
        while (true)
        {
            call.Surroundings.Error.Write(wasDeleted
                ? "The memory was deleted while you edited it. Write it [o]nce more, keep a [c]opy beside it, or [a]bort? "
                : "The memory has changed while you edited it. [m]erge, [o]verwrite, keep a [c]opy, or [a]bort? ");
            switch (Ask.Line(call.Surroundings))
            {
                case "m" or "merge" when !wasDeleted: return "merge";
                case "o" or "overwrite": return "overwrite";
                case "c" or "copy": return "copy";
                case "a" or "abort" or null: return "abort";
            }
        }
    }

    private async Task<MemoryContent> MergeAsync(MemoryContent mine, MemoryBody now)
    {
        var merged = ThreeWayMerge.Merge(
            (head?.Content ?? MemoryContent.Empty).ToString(), now.Content!.ToString(), mine.ToString(), $"on the server ({now.MemoryVersionId})", "yours");
        head = now;
        var text = MemoryContent.Of(merged.Text);
        draft.Write(text);
        if (merged.Conflicts == 0)
        {
            call.Remark("Merged with what was written meanwhile.");
            return text;
        }
        call.Remark($"{Readable.Count(merged.Conflicts, "place")} changed on both sides: choose between {ThreeWayMerge.MineMarker} and {ThreeWayMerge.HeadMarker}.");
        while (true)
        {
            await Editor.OpenAsync(call.Surroundings, draft.File);
            text = draft.Read();
            if (!ThreeWayMerge.HasMarkers(text.ToString()) || !EditsAgain()) return text;
        }
    }

    /// <summary>Whether to open the editor again on a text with markers in it; saving it so is the other choice.</summary>
    private bool EditsAgain()
    {
        var left = new CommandException(ExitCode.Conflict, "markers of a conflict are left in the text, and nothing was saved.");
        if (!call.Surroundings.InIsTerminal) throw left;
        while (true)
        {
            call.Surroundings.Error.Write("Markers of a conflict are left. [e]dit again, [s]ave it so, or [a]bort? ");
            switch (Ask.Line(call.Surroundings))
            {
                case "e" or "edit": return true;
                case "s" or "save": return false;
                case "a" or "abort" or null: throw left;
            }
        }
    }

    /// <summary>Beside the memory: /notes/roof.md is kept as /notes/roof.copy-1.md, or the next number that is free.</summary>
    private async Task KeepCopyAsync(MemoryContent text)
    {
        var dot = path.LastIndexOf('.') is var last && last > path.LastIndexOf('/') + 1 ? last : path.Length;
        for (var number = 1; ; number++)
        {
            try
            {
                Commands.Saved.Print(call, await call.Client.Memories.CreateAsync(store, $"{path[..dot]}.copy-{number}{path[dot..]}", text), "kept your text as");
                return;
            }
            catch (ApiException taken) when (taken.Status == 409 && number < CopiesTried)
            {
            }
        }
    }
}
