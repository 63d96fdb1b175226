using MemoryStores.Client;
using MemoryStores.Fuse;
using MemoryStores.Mount.Remote;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Following;

/// <summary>Brings content that is wanted and not here. What waits is answered when it has come, or EIO when it does not come in time.</summary>
internal sealed class Loader(MountTree tree, IRemoteStore remote, CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Content brought on demand, the oldest first, so that the oldest goes when there is too much.</summary>
    private readonly Queue<MemoryNode> brought = new();

    /// <summary>Calls back, under the gate, once the content is here. Called under the gate.</summary>
    public void WhenLoaded(MemoryNode node, Action<Errno> then)
    {
        node.Waiting.Add(then);
        if (node.IsLoading || node.AbsentVersion is not { } version) return;
        node.IsLoading = true;
        _ = Task.Run(() => LoadAsync(node, version), CancellationToken.None);
    }

    /// <summary>Content that came by itself, where it is still wanted.</summary>
    public void Offer(MemoryNode node, string version, byte[] content)
    {
        if (node.IsLoaded || node.AbsentVersion != version || tree.CachedBytes + content.Length > Bounds.CachedBytes) return;
        Put(node, version, content);
        brought.Enqueue(node);
    }

    private async Task LoadAsync(MemoryNode node, string version)
    {
        var (content, error) = await FetchAsync(version);
        lock (tree.Gate)
        {
            node.IsLoading = false;
            if (!node.IsLoaded && node.AbsentVersion == version && content is not null)
            {
                Put(node, version, content);
                brought.Enqueue(node);
            }
            if (!node.IsLoaded && node.AbsentVersion is { } other && other != version && error == Errno.None)
            {
                // It was given another version to show meanwhile.
                node.IsLoading = true;
                _ = Task.Run(() => LoadAsync(node, other), CancellationToken.None);
                return;
            }
            Release(node, node.IsLoaded ? Errno.None : error);
            // Last, so that whoever waited has it even where it is let go again at once.
            MakeRoom();
        }
    }

    /// <summary>Answers all who wait for this node.</summary>
    public static void Release(MemoryNode node, Errno error)
    {
        if (node.Waiting.Count == 0) return;
        var waiting = node.Waiting.ToArray();
        node.Waiting.Clear();
        foreach (var then in waiting) then(error);
    }

    private static void Put(MemoryNode node, string version, byte[] content)
    {
        node.SetContent(content);
        if (node.Memory is { Base.Content: null, Pending: 0 } memory && memory.Version == version) memory.Base = new Basis(content, version);
    }

    /// <summary>Lets go what was brought first: clean, unchanged content that the server has.</summary>
    private void MakeRoom()
    {
        for (var looks = brought.Count; looks > 0 && tree.CachedBytes > Bounds.CachedBytes && brought.TryDequeue(out var oldest); looks--)
        {
            if (!oldest.IsLoaded || !oldest.IsAttached) continue;
            if (oldest.IsOpen || oldest.IsDirty || oldest.Memory is not { Pending: 0, Version: { } version, Head: HeadContent.Same } memory)
            {
                brought.Enqueue(oldest);
                continue;
            }
            oldest.Unload(version);
            memory.Base = new Basis(null, version);
        }
    }

    private async Task<(byte[]? Content, Errno Error)> FetchAsync(string version)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Bounds.ServerPatience);
        while (true)
        {
            try
            {
                var content = await remote.ContentAsync(version, patience.Token);
                return (content, content is null ? Errno.ESTALE : Errno.None);
            }
            catch (ApiException refused) when (refused.Status is 401 or 403)
            {
                return (null, Errno.EACCES);
            }
            catch (Exception failed) when (failed is ServerUnreachableException or ApiException)
            {
                if (await WaitAsync(patience.Token)) continue;
                return (null, Errno.EIO);
            }
            catch (OperationCanceledException)
            {
                return (null, Errno.EIO);
            }
        }
    }

    private static async Task<bool> WaitAsync(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Pause, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
