using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Remote;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// Brings what was done in the directory to the store: 1. what is to be sent is put together from files that are still what they
/// were; 2. the commit is on the disk before it is sent; 3. it is sent, and after a lost answer or a crash sent again as it was;
/// 4. what became of each change is taken in, and on the disk before the commit is forgotten. So each lands once.
/// </summary>
internal sealed class Sending(SyncPlace place, SyncState state, RemoteView view, IRemoteStore remote, Findings findings, TimeProvider time, int memoryBytes)
{
    private const string PathTaken = "memory_path_conflict_error";
    private const string Lost = "memory_precondition_failed_error";
    private const string Unknown = "not_found_error";

    /// <summary>After so long a deletion no longer counts with those that follow.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> deletions = new();
    private int oneByOne;

    /// <summary>Deletions of the last minute: a directory that is removed file by file is still removed.</summary>
    public int DeletedLately
    {
        get
        {
            while (deletions.TryPeek(out var at) && time.GetUtcNow() - at > Lately) deletions.Dequeue();
            return deletions.Count;
        }
    }

    /// <summary>Sends the commit of which no answer was taken in, if there is one.</summary>
    public async Task FinishAsync(CancellationToken stop)
    {
        if (place.ReadCommit() is not { } commit) return;
        CommitBody answer;
        try
        {
            answer = await remote.CommitAsync(commit.Request, stop); // 3.
        }
        catch (ApiException refused) when (refused.Status is not (401 or 403 or 429 or >= 500))
        {
            Refuse(commit, refused);
            place.ForgetCommit();
            return;
        }
        for (var i = 0; i < commit.Changes.Count; i++) await TakeInAsync(commit.Request.Changes[i], commit.Changes[i], answer.Results[i], stop); // 4.
        place.Write(state);
        place.ForgetCommit();
        oneByOne = Math.Max(0, oneByOne - 1);
    }

    /// <summary>Sends what the plan has for the store; whether anything was sent.</summary>
    public async Task<bool> SendAsync(SyncedDirectory directory, IReadOnlyList<Step> steps, CancellationToken stop)
    {
        var left = InOrder(steps);
        var hasSent = false;
        while (left.Count > 0)
        {
            var (bodies, changes, bytes) = (new List<ChangeBody>(), new List<PendingChange>(), 0);
            while (left.Count > 0 && changes.Count < (oneByOne > 0 ? 1 : Bounds.ChangesPerCommit) && bytes < Bounds.BytesPerCommit) // 1.
            {
                if (await ChangeAsync(directory, left.Dequeue(), stop) is not var (body, change)) continue;
                bodies.Add(body);
                changes.Add(change);
                bytes += body.Content?.Size ?? 0;
            }
            if (changes.Count == 0) break;
            place.Write(new PendingCommit(new CommitRequestBody { CommitId = Guid.NewGuid().ToString("N"), Atomic = false, Changes = bodies }, changes)); // 2.
            await FinishAsync(stop);
            hasSent = true;
        }
        return hasSent;
    }

    /// <summary>Deletions make room for renames, and those that leave a path for those that take it.</summary>
    private static Queue<Step> InOrder(IReadOnlyList<Step> steps)
    {
        var order = new Queue<Step>(steps.OfType<Step.Delete>());
        var renames = steps.OfType<Step.Save>().Where(save => save.File.Path != save.Before.Path).ToList();
        while (renames.Count > 0)
        {
            var next = renames.Find(save => !renames.Any(other => other != save && other.Before.Path == save.File.Path)) ?? renames[0];
            renames.Remove(next);
            order.Enqueue(next);
        }
        foreach (var save in steps.OfType<Step.Save>().Where(save => save.File.Path == save.Before.Path)) order.Enqueue(save);
        foreach (var create in steps.OfType<Step.Create>()) order.Enqueue(create);
        return order;
    }

    private async Task<(ChangeBody Body, PendingChange Change)?> ChangeAsync(SyncedDirectory directory, Step step, CancellationToken stop)
    {
        if (step is Step.Delete { Record: var gone })
            return (new ChangeBody("delete") { MemoryId = gone.Memory, ExpectedVersionId = gone.Version }, new PendingChange(gone.Path, gone.LocalSha256, gone.Size, null, gone));
        var (file, before) = step is Step.Save save ? (save.File, save.Before) : (((Step.Create)step).File, ((Step.Create)step).Deleted);
        if (directory.Read(file.Path, memoryBytes) is not { } read || !read.Status.IsUntouched(file.Status) || MemoryContent.TryFrom(read.Bytes) is not { } content || content.Digest.ToString() != file.Sha256)
            return null; // It changed since it was looked at.
        var change = new PendingChange(file.Path, file.Sha256, content.Size, file.Recorded, before);
        if (step is Step.Create)
        {
            // What was redacted must not come back with an edit of it.
            if (before is { IsKept: false } && await remote.ContentAsync(before.Version, stop) is null)
            {
                findings.Refuse(file, Findings.AncestorGone);
                return null;
            }
            return (new ChangeBody("create") { Path = file.Path, Content = content }, change);
        }
        var isMoved = file.Path != before!.Path;
        if (file.Sha256 == before.LocalSha256) return (new ChangeBody("rename") { MemoryId = before.Memory, Path = file.Path, ExpectedVersionId = before.Version }, change);
        if (!isMoved && Growth(before, content) is { } more) return (new ChangeBody("append") { MemoryId = before.Memory, Content = more }, change);
        return (new ChangeBody("update") { MemoryId = before.Memory, Path = isMoved ? file.Path : null, Content = content, ExpectedVersionId = before.Version }, change);
    }

    /// <summary>What was put behind the content of last time; null when anything else was done.</summary>
    private MemoryContent? Growth(SyncedMemory before, MemoryContent content) =>
        remote.HasCommits && before.Size > 0 && content.Size > before.Size && ContentDigest.Of(content.Utf8.Span[..(int)before.Size]).ToString() == before.LocalSha256
            ? MemoryContent.TryFrom(content.Utf8[(int)before.Size..])
            : null;

    private async Task TakeInAsync(ChangeBody body, PendingChange change, ChangeResultBody result, CancellationToken stop)
    {
        if (result.Type == "refused")
        {
            Refuse(body, change, result.Error!);
            return;
        }
        if (change.Before is { } before && (body.Type is "delete" or "create"))
        {
            state.Remove(before.Memory);
            view.Memories.Remove(before.Memory);
        }
        if (body.Type == "delete")
        {
            deletions.Enqueue(time.GetUtcNow());
            findings.Tell(SyncDirection.ToStore, "deleted", change.Path);
            return;
        }
        var id = result.MemoryId ?? change.Before!.Memory;
        var head = new RemoteMemory(id, change.Path, result.MemoryVersionId!, result.ContentSha256 ?? change.LocalSha256, change.Size);
        var record = new SyncedMemory(id, change.Path, head.Version, change.LocalSha256, change.Size) { File = change.File };
        if (head.Sha256 != change.LocalSha256)
        {
            // Others' lines came in between: they are fetched, and until then our file is what a merge starts from.
            if (await remote.ContentAsync(change.Before!.Version, stop) is { } start) place.Keep(change.LocalSha256, [.. start, .. body.Content!.Utf8.Span]);
            record = record with { Version = change.Before.Version, IsKept = true };
            view.Doubt(id);
        }
        view.Set(head);
        state.Set(record);
        findings.Tell(SyncDirection.ToStore, body.Type switch { "create" => "created", "append" => "appended", "rename" => "renamed", _ => "saved" }, change.Path,
            change.Before is { } old && old.Path != change.Path ? $"was {old.Path}" : null);
    }

    private void Refuse(ChangeBody body, PendingChange change, ErrorDetailBody error)
    {
        if (change.Before is { } before) view.Doubt(before.Memory);
        switch (error.Type)
        {
            case Lost or Unknown:
                return;
            case PathTaken when error.ConflictingPath is null || error.ConflictingPath == change.Path:
                view.Doubt(error.ConflictingMemoryId);
                return;
            default:
                findings.Refuse(change.Path, change.LocalSha256, new Flaw(
                    $"the server refuses it: {error.Message}{(error.ConflictingPath is { } other ? $" ({other})" : "")}",
                    body.Type == "delete" ? "delete the memory on the server" : "change or rename the file, or make room in the store"));
                return;
        }
    }

    /// <summary>The server could not take the commit as a whole. One change may spoil the others only while they travel together.</summary>
    private void Refuse(PendingCommit commit, ApiException refused)
    {
        if (refused is { Status: 404, Type: Unknown }) throw new MountException($"The store is not there any more: {refused.Message} The directory stays as it is.");
        view.Doubt(null);
        if (commit.Changes.Count > 1) oneByOne = commit.Changes.Count;
        else Refuse(commit.Request.Changes[0], commit.Changes[0], new ErrorDetailBody(refused.Type, refused.Message));
    }
}
