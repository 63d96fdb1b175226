using MemoryStores.Contract;
using MemoryStores.Engine.Storage;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.History;

/// <summary>
/// The end of one store's history inside one unit. Everything that writes to a store appends through here, so seq stays
/// dense, times strictly grow within the store even when the clock goes back, and each link follows the last.
/// </summary>
public sealed class HistoryChain(IStorageTransaction tx, StoreHead head)
{
    private StoreHead head = head;

    public long Seq => head.Seq;

    /// <summary>The time of the next entry.</summary>
    public long NextAt => Math.Max(tx.Now, head.At + 1);

    public async ValueTask<HistoryEntry> AppendAsync(Func<HistoryEntry, HistoryEntry> describe, HistoryKind kind, Actor? by)
    {
        var draft = describe(new HistoryEntry
        {
            Store = head.Id,
            Seq = head.Seq + 1,
            Kind = kind,
            At = NextAt,
            By = by,
        });
        var entry = HistoryHash.Seal(draft, head.Link.Span);
        await tx.AppendHistoryAsync(entry);
        head = head with { Seq = entry.Seq, At = entry.At, Link = entry.Link };
        return entry;
    }

    public void Count(long memories, long bytes) =>
        head = head with { Memories = head.Memories + memories, Bytes = head.Bytes + bytes };

    public void Archive() => head = head with { Archived = true };

    /// <summary>Ends the unit's writing to this store: its new head is stored once, however many entries there were.</summary>
    public ValueTask CloseAsync() => tx.PutHeadAsync(head);
}
