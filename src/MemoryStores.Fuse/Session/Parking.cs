namespace MemoryStores.Fuse.Session;

/// <summary>
/// The requests that wait for their answer, by number; who is to be interrupted; and what the kernel cannot be told while a READ
/// of the same node is among them, since it keeps that READ's pages locked and the notification would wait for the answer.
/// </summary>
internal sealed class Parking
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, ParkedRequest> parked = [];
    private readonly Dictionary<ulong, NodeWithReads> reads = [];
    private bool closed;

    private sealed class NodeWithReads
    {
        public int Count;
        public readonly List<Notification> Deferred = [];
    }

    /// <summary>False when the session ends, and nothing may wait any more.</summary>
    public bool TryAdd(ParkedRequest request)
    {
        lock (gate)
        {
            if (closed) return false;
            parked.Add(request.Unique, request);
            if (!request.IsRead) return true;
            if (!reads.TryGetValue(request.Node, out var node)) reads.Add(request.Node, node = new());
            node.Count++;
            return true;
        }
    }

    /// <summary>Takes an answered request out; what was deferred for it can be told now.</summary>
    public IReadOnlyList<Notification> Remove(ParkedRequest request)
    {
        lock (gate)
        {
            if (!parked.Remove(request.Unique) || !request.IsRead) return [];
            var node = reads[request.Node];
            if (--node.Count > 0) return [];
            reads.Remove(request.Node);
            return node.Deferred;
        }
    }

    /// <summary>Keeps the notification when a READ of its node is parked.</summary>
    public bool TryDefer(Notification notification)
    {
        lock (gate)
        {
            if (!reads.TryGetValue(notification.Node, out var node)) return false;
            node.Deferred.Add(notification);
            return true;
        }
    }

    /// <summary>
    /// Finds who is to be interrupted. A request still with its thread is only marked: that thread sees to it when it parks it,
    /// and otherwise answers at once anyhow.
    /// </summary>
    public Interrupted Find(ulong unique, IEnumerable<Request> inHand, out ParkedRequest? waiting)
    {
        lock (gate)
        {
            waiting = null;
            foreach (var request in inHand)
            {
                if (request.Unique != unique) continue;
                request.Interrupted = unique;
                return Interrupted.WhileInHand;
            }
            return parked.TryGetValue(unique, out waiting) ? Interrupted.WhileParked : Interrupted.Nobody;
        }
    }

    /// <summary>The thread is done with a request that it parked; whether it was interrupted before that.</summary>
    public bool LeaveHand(Request request)
    {
        lock (gate)
        {
            var wasInterrupted = request.Interrupted == request.Unique;
            request.Unique = 0;
            return wasInterrupted;
        }
    }

    /// <summary>All that still wait. Nothing is parked any more.</summary>
    public IReadOnlyList<ParkedRequest> Close()
    {
        lock (gate)
        {
            closed = true;
            return [.. parked.Values];
        }
    }
}

internal enum Interrupted
{
    Nobody,
    WhileInHand,
    WhileParked,
}
