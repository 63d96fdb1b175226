using MemoryStores.Mount.Remote;

namespace MemoryStores.Mount.Syncing;

/// <summary>Says what a plan would do, in the words in which it would be said when it was done.</summary>
internal sealed class Rehearsal(SyncPlace place, IRemoteStore remote, int memoryBytes, Findings findings)
{
    public async Task TellAsync(Plan plan, SyncedDirectory directory, CancellationToken stop)
    {
        if (place.ReadCommit() is { } commit) findings.Remark($"a commit of {commit.Changes.Count} changes was sent before and not answered; it would be sent again as it was, and the rest looked at anew");
        foreach (var step in plan.Steps.OrderBy(step => step.Path, StringComparer.Ordinal))
        {
            switch (step)
            {
                case Step.Create:
                    findings.Tell(SyncDirection.ToStore, "created", step.Path);
                    break;
                case Step.Save save when save.File.Path != save.Before.Path:
                    findings.Tell(SyncDirection.ToStore, "renamed", step.Path, $"was {save.Before.Path}");
                    break;
                case Step.Save:
                    findings.Tell(SyncDirection.ToStore, "saved", step.Path);
                    break;
                case Step.Delete:
                    findings.Tell(SyncDirection.ToStore, "deleted", step.Path);
                    break;
                case Step.Fetch fetch:
                    findings.Tell(SyncDirection.ToDirectory, fetch.Over is null ? "created" : "written", step.Path);
                    break;
                case Step.Move move:
                    findings.Tell(SyncDirection.ToDirectory, "renamed", step.Path, $"was {move.File.Path}");
                    break;
                case Step.Remove { WasDeleted: true }:
                    findings.Tell(SyncDirection.ToDirectory, "removed", step.Path);
                    break;
                case Step.Merge merge:
                    await TellAsync(merge, directory, stop);
                    break;
            }
        }
    }

    private async Task TellAsync(Step.Merge step, SyncedDirectory directory, CancellationToken stop)
    {
        switch (await Merge.OfAsync(step, directory, place, remote, memoryBytes, stop))
        {
            case Merge.Contradiction(var head):
                findings.Conflict(step.Path, head.MemoryVersionId);
                break;
            case Merge.WithoutStart:
                findings.Remark($"{step.Path} would not be sent: {Findings.AncestorGone.Cause}");
                break;
            default:
                findings.Tell(SyncDirection.Both, "merged", step.Path);
                break;
        }
    }
}
