using System.Collections.Concurrent;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Remote;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// The memories of the store, as far as they are known. The feed only says which are to be looked at anew; rounds look. The
/// dictionary belongs to the rounds, the rest is shared with who follows the feed.
/// </summary>
internal sealed class RemoteView(IRemoteStore remote)
{
    // From here on one listing costs less than the single calls.
    private const int SingleLooks = 64;

    private readonly ConcurrentDictionary<string, bool> doubted = new(StringComparer.Ordinal);
    private volatile bool isDoubtedWhole = true;
    private volatile TaskCompletionSource listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? cursor;

    public Dictionary<string, RemoteMemory> Memories { get; } = new(StringComparer.Ordinal);

    public bool IsArchived { get; private set; }

    public void Doubt(string? memory)
    {
        if (memory is { Length: > 0 }) doubted[memory] = true;
        else isDoubtedWhole = true;
    }

    public void Set(RemoteMemory memory) => Memories[memory.Id] = memory;

    /// <summary>Looks at what is doubted; whether anything was news.</summary>
    public async Task<bool> RefreshAsync(CancellationToken stop)
    {
        if (isDoubtedWhole || doubted.Count > SingleLooks) return await ListAsync(stop);
        var isNews = false;
        foreach (var id in doubted.Keys)
        {
            // Taken from the list before the look: what happens during it is doubted again.
            doubted.TryRemove(id, out _);
            try
            {
                isNews |= Show(id, await remote.FindAsync(id, stop));
            }
            catch
            {
                doubted[id] = true;
                throw;
            }
        }
        return isNews;
    }

    /// <summary>What a look at one memory has shown.</summary>
    public bool Show(string id, MemoryBody? found)
    {
        if (found is null) return Memories.Remove(id);
        var memory = Of(found);
        if (Memories.TryGetValue(id, out var known) && known == memory) return false;
        Memories[id] = memory;
        return true;
    }

    /// <summary>Rings for everything that happens in the store; ends by exception when the connection does, and may be called again.</summary>
    public async Task FollowAsync(Action bell, Action alive, CancellationToken stop)
    {
        await listed.Task.WaitAsync(stop);
        await foreach (var hint in remote.FollowAsync(cursor, stop))
        {
            alive();
            cursor = hint.Cursor ?? cursor;
            switch (hint)
            {
                case Hint.MemoryChanged changed:
                    Doubt(changed.Memory);
                    break;
                case Hint.Lost:
                    listed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    isDoubtedWhole = true;
                    bell();
                    return;
                case Hint.StoreDeleted or Hint.StoreArchived when !IsArchived:
                    isDoubtedWhole = true;
                    break;
                default:
                    continue;
            }
            bell();
        }
    }

    private async Task<bool> ListAsync(CancellationToken stop)
    {
        var seen = new Dictionary<string, RemoteMemory>(StringComparer.Ordinal);
        isDoubtedWhole = false;
        doubted.Clear();
        try
        {
            var listing = await remote.ListAsync(withContent: false, memory => seen[memory.Id] = Of(memory), stop);
            IsArchived = listing.Archived;
            if (!listed.Task.IsCompleted) cursor = listing.Cursor;
        }
        catch
        {
            isDoubtedWhole = true;
            throw;
        }
        var isNews = seen.Count != Memories.Count || seen.Values.Any(memory => Memories.GetValueOrDefault(memory.Id) != memory);
        Memories.Clear();
        foreach (var memory in seen.Values) Memories[memory.Id] = memory;
        listed.TrySetResult();
        return isNews;
    }

    private static RemoteMemory Of(MemoryBody memory) => new(memory.Id, memory.Path, memory.MemoryVersionId, memory.ContentSha256, memory.ContentSizeBytes);
}
