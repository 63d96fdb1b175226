using MemoryStores.Contract;
using MemoryStores.Engine.Commits;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.Storage;

/// <summary>
/// One unit's view of the rows: it sees what it has written itself and no other unit's half. Rows are moved as told;
/// whether they should be is the operation's business.
/// </summary>
public interface IStorageTransaction : IStorageReader, IAccessTransaction, IAgentTransaction, ISessionTransaction, IWorkTransaction
{
    /// <summary>Microseconds since 1970; the same throughout a unit. A unit that runs again may get another time.</summary>
    long Now { get; }

    /// <summary>A new id with this tag.</summary>
    string NewId(string tag);

    /// <summary>Has the watches of something else than the unit's subject told as well, when the unit is on disk.</summary>
    void Tell(Id subject);

    /// <summary>A store without profile; PutStoreAsync follows in the same unit.</summary>
    ValueTask InsertStoreAsync(MemoryStore store);

    /// <summary>
    /// Replaces the times of a store. Its profile stands in the history entry with <paramref name="profileSeq"/>; null leaves it where it is.
    /// </summary>
    ValueTask PutStoreAsync(MemoryStore store, long? profileSeq);

    /// <summary>Replaces where the store's history ends.</summary>
    ValueTask PutHeadAsync(StoreHead head);

    /// <summary>A memory without versions; its first entry follows in the same unit.</summary>
    ValueTask InsertMemoryAsync(StoreId store, MemoryId memory, long createdAt);

    /// <summary>
    /// Takes the memory's head away, and with it the memory from its path. The entries of a unit that put new heads
    /// follow after all its vacations, so that memories can change places.
    /// </summary>
    ValueTask VacateAsync(StoreId store, MemoryId memory);

    /// <summary>
    /// Adds an entry. Content that the workspace has already under its digest is shared, else the entry brings it. An entry
    /// with <see cref="HistoryEntry.IsHead"/> becomes the head of its memory.
    /// </summary>
    ValueTask AppendHistoryAsync(HistoryEntry entry);

    /// <summary>Keeps what a named commit came to.</summary>
    ValueTask InsertCommitAsync(StoreId store, string commitId, CommitReceipt receipt);

    /// <summary>
    /// Empties the version with this seq: its path, content, digest, size and its commit's fingerprint go, its salts are
    /// overwritten by <paramref name="commitments"/>, and content that no other version holds goes as well. The entry with
    /// <paramref name="redactionSeq"/> says by whom. Marks the erasure of what the files still hold.
    /// </summary>
    ValueTask EraseContentAsync(StoreId store, long seq, ReadOnlyMemory<byte> commitments, long redactionSeq);

    /// <summary>Hides a store at once from every reader, and marks the erasure of all that belongs to it.</summary>
    ValueTask EraseStoreAsync(StoreId store);
}
