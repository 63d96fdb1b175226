using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Remote;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// Brings what was done in the store to the directory: 1. renames and removals make room; 2. what is to be written is written
/// beside its place, and flushed; 3. that it is about to take its place is noted on the disk; 4. it takes its place, where the
/// file there is still the one that was looked at; 5. what came of it is flushed, and on the disk.
/// </summary>
internal sealed class Receiving(SyncPlace place, SyncState state, RemoteView view, IRemoteStore remote, Func<string, CancellationToken, Task<bool>> knows, Findings findings, int memoryBytes)
{
    // From here on one stream of all contents costs less than single calls.
    private const int SingleFetches = 64;

    private readonly Dictionary<AsideFile, (FileStatus? Expected, Action Tell)> prepared = [];

    /// <summary>Takes up what a process that was killed had begun.</summary>
    public void Recover(SyncedDirectory directory, LocalView local)
    {
        var known = state.Memories.Values.Select(memory => memory.LocalSha256).Concat(state.Puts.Select(put => put.Replaces)).ToHashSet();
        foreach (var put in state.Puts)
        {
            if (directory.IsAside(put.Aside)) directory.Drop(put.Aside);
            else state.Set(put.Becomes);
            known.Add(put.Becomes.LocalSha256);
        }
        foreach (var aside in local.Aside.Where(aside => directory.StatusOf(aside) is not null))
        {
            if (directory.Read(aside, int.MaxValue) is not { } content) continue;
            if ((SyncedDirectory.IsOurs(aside, state.Puts) || known.Contains(ContentDigest.Of(content.Bytes).ToString())) && directory.Remove(aside, content.Status)) continue;
            var name = $"{SyncedDirectory.DirectoryOf(aside)}/recovered-{SyncedDirectory.NameOf(aside)[SyncedDirectory.AsidePrefix.Length..]}";
            if (directory.Move(aside, name, content.Status)) findings.Remark($"{name} was written while a sync was killed that was about to replace it; look what of it is of use");
        }
        if (state.Puts.Count == 0) return;
        state.Puts.Clear();
        place.Write(state);
    }

    /// <summary>Carries out what the plan has for the directory; whether anything was done.</summary>
    public async Task<bool> ReceiveAsync(SyncedDirectory directory, IReadOnlyList<Step> steps, CancellationToken stop)
    {
        // What a round that broke off had prepared is prepared anew.
        foreach (var put in state.Puts) directory.Drop(put.Aside);
        state.Puts.Clear();
        prepared.Clear();
        findings.Unobstruct();
        var touched = new List<string>();
        var isNoted = false;
        foreach (var step in steps)
        {
            switch (step)
            {
                case Step.Note note:
                    var isNew = !state.Memories.TryGetValue(note.Record.Memory, out var before) || before with { File = null } != note.Record with { File = null };
                    state.Set(note.Record);
                    isNoted |= isNew;
                    break;
                case Step.Forget forget:
                    state.Remove(forget.Record.Memory);
                    isNoted = true;
                    break;
                case Step.Move move: // 1.
                    if (!directory.Move(move.File.Path, move.Head.Path, move.File.Status)) break;
                    touched.AddRange([move.File.Path, move.Head.Path]);
                    var isWhole = move.Head.Sha256 == move.Record.LocalSha256;
                    state.Set(move.Record with { Path = move.Head.Path, Version = isWhole ? move.Head.Version : move.Record.Version, IsKept = move.Record.IsKept && !isWhole, File = move.File.Status.Identity });
                    directory.RemoveEmptyAbove(move.File.Path);
                    findings.Tell(SyncDirection.ToDirectory, "renamed", move.Head.Path, $"was {move.File.Path}");
                    break;
                case Step.Remove remove:
                    if (await RemoveAsync(directory, remove, stop)) touched.Add(remove.Path);
                    break;
                case Step.Merge merge:
                    isNoted |= await MergeAsync(directory, merge, stop);
                    break;
            }
        }
        await FetchAsync(directory, [.. steps.OfType<Step.Fetch>()], stop);
        directory.Flush([.. touched]);
        var hasPut = Put(directory);
        if (isNoted || hasPut || touched.Count > 0 || steps.Any(step => step is Step.Note)) place.Write(state);
        return isNoted || hasPut || touched.Count > 0;
    }

    private async Task<bool> RemoveAsync(SyncedDirectory directory, Step.Remove step, CancellationToken stop)
    {
        // Only what can be brought back is removed: a store that was put back from a backup may know nothing of it.
        if (step is { WasDeleted: true, Record.IsKept: false } && await remote.ContentAsync(step.Record.Version, stop) is null)
        {
            findings.Refuse(step.File, Findings.DeletedForGood);
            return false;
        }
        if (!directory.Remove(step.Path, step.File.Status)) return false;
        state.Remove(step.Record.Memory);
        directory.RemoveEmptyAbove(step.Path);
        if (step.WasDeleted) findings.Tell(SyncDirection.ToDirectory, "removed", step.Path);
        return true;
    }

    /// <summary>Whether our record changed; a file to be written is prepared instead.</summary>
    private async Task<bool> MergeAsync(SyncedDirectory directory, Step.Merge step, CancellationToken stop)
    {
        switch (await Merge.OfAsync(step, directory, place, remote, memoryBytes, stop))
        {
            case Merge.Outdated:
                view.Doubt(step.Head.Id);
                return false;
            case Merge.WithoutStart:
                findings.Refuse(step.File, Findings.AncestorGone);
                return false;
            case Merge.Contradiction(var head):
                // The later save is the head; the earlier stays a version.
                state.Set(RecordOf(head, step.Path, step.File.Status));
                findings.Conflict(step.Path, head.MemoryVersionId);
                return true;
            case Merge.Joined(var head, var content, var mine) when content.AsSpan().SequenceEqual(mine):
                state.Set(RecordOf(head, step.Path, step.File.Status));
                return true;
            case Merge.Joined(var head, var content, _):
                Prepare(directory, step.Path, content, head, step.File, "merged");
                return false;
        }
        throw new System.Diagnostics.UnreachableException();
    }

    private async Task FetchAsync(SyncedDirectory directory, IReadOnlyList<Step.Fetch> steps, CancellationToken stop)
    {
        var wanted = new Dictionary<string, Step.Fetch>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            // Nothing is overwritten that nobody else has: a store that was put back from a backup may not know what is here.
            if (step.Over is { } over && state.Memories.TryGetValue(step.Head.Id, out var record) && !record.IsKept && !await knows(record.Version, stop))
                findings.Refuse(over, Findings.VersionUnknown);
            else wanted.Add(step.Head.Id, step);
        }
        if (wanted.Count > SingleFetches) // 2.
        {
            await remote.ListAsync(withContent: true, found =>
            {
                if (found.Content is not null && wanted.Remove(found.Id, out var step)) Prepare(directory, step, found);
            }, stop);
        }
        foreach (var step in wanted.Values)
        {
            if (await remote.FindAsync(step.Head.Id, stop) is { Content: not null } found) Prepare(directory, step, found);
            else view.Doubt(step.Head.Id);
        }
    }

    private void Prepare(SyncedDirectory directory, Step.Fetch step, MemoryBody found)
    {
        view.Show(found.Id, found);
        // A file that is to be new goes where the memory is by now.
        if (step.Over is null && found.Path != step.At) return;
        if (step.Over is null) directory.RemoveIfEmptyDirectory(step.At);
        Prepare(directory, step.At, found.Content!.Utf8.Span, found, step.Over, step.Over is null ? "created" : "written");
    }

    private void Prepare(SyncedDirectory directory, string path, ReadOnlySpan<byte> content, MemoryBody head, LocalFile? over, string action)
    {
        AsideFile? written;
        try
        {
            written = directory.WriteAside(path, content, over?.Status);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            findings.Obstruct(path, new Flaw($"it cannot be written: {failed.Message}", "make room or give the right to write there"));
            return;
        }
        if (written is not { } aside) return;
        prepared[aside] = (over?.Status, () => findings.Tell(SyncDirection.ToDirectory, action, path));
        state.Puts.Add(new PendingPut(aside, RecordOf(head, path, aside.Status), over?.Sha256));
    }

    private bool Put(SyncedDirectory directory)
    {
        if (state.Puts.Count == 0) return false;
        directory.Flush([.. state.Puts.Select(put => put.Aside.NameAside)]);
        place.Write(state); // 3.
        var done = false;
        foreach (var put in state.Puts)
        {
            var (expected, tell) = prepared[put.Aside];
            if (directory.PutInPlace(put.Aside, expected)) // 4.
            {
                state.Set(put.Becomes);
                tell();
                done = true;
            }
            else directory.Drop(put.Aside);
        }
        directory.Flush([.. state.Puts.Select(put => put.Aside.Path)]); // 5.
        state.Puts.Clear();
        prepared.Clear();
        return done;
    }

    private static SyncedMemory RecordOf(MemoryBody head, string path, FileStatus file) => new(head.Id, path, head.MemoryVersionId, head.ContentSha256, head.ContentSizeBytes) { File = file.Identity };
}
