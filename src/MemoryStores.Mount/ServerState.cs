using MemoryStores.Client;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

/// <summary>How this mount stands with its server: what it last said, and which commits it was sent.</summary>
internal sealed class ServerState(MountTree tree)
{
    // An echo comes within moments of its commit.
    private const int EchoesRemembered = 4_096;

    private readonly HashSet<string> ours = new(StringComparer.Ordinal);
    private readonly Queue<string> oursByAge = new();

    private TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long awaySince;

    public bool IsAway { get; private set; }

    /// <summary>Completes when the server is next heard to be away or to refuse.</summary>
    public Task Changed => failed.Task;

    public double AwaySeconds => IsAway ? (tree.Now - awaySince) / 1e9 : 0;

    public long? HeadSeq { get; set; }

    /// <summary>The last change of ours that was said to be in the store's history.</summary>
    public long Acknowledged { get; set; }

    /// <summary>The last failure in words, while it lasts.</summary>
    public string? Problem { get; private set; }

    public int Conflicts { get; set; }

    public void Answered()
    {
        lock (tree.Gate) (IsAway, Problem, tree.IsForbidden) = (false, null, false);
    }

    public void Failed(Exception failure)
    {
        lock (tree.Gate)
        {
            Problem = failure.Message;
            if (failure is ApiException refused)
            {
                tree.IsForbidden = refused.Status is 401 or 403;
                tree.IsDeleted |= refused is { Status: 404, Type: "not_found_error" };
            }
            var away = failure is ServerUnreachableException or ApiException { Status: 429 or >= 500 };
            if (away && !IsAway) awaySince = tree.Now;
            IsAway = away;
            failed.TrySetResult();
            failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Whether a commit was sent from here, answered or not. Called under the gate.</summary>
    public bool IsOurs(string? commit) => commit is not null && ours.Contains(commit);

    public void Sends(string commit)
    {
        lock (tree.Gate)
        {
            if (!ours.Add(commit)) return;
            oursByAge.Enqueue(commit);
            if (oursByAge.Count > EchoesRemembered) ours.Remove(oursByAge.Dequeue());
        }
    }
}
