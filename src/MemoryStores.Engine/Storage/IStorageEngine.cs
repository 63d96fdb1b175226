using MemoryStores.Contract;

namespace MemoryStores.Engine.Storage;

/// <summary>
/// Where everything is kept: rows moved inside transactions, and no rules. Every implementation passes the storage suite
/// of MemoryStores.Conformance.Tests; the rules live in the operations beside this folder.
/// </summary>
public interface IStorageEngine : IAsyncDisposable
{
    /// <summary>
    /// Runs one unit of work: all of it happens, durably, or nothing. The value is handed over only after it is on disk.
    /// <list type="bullet">
    /// <item><paramref name="work"/> may run more than once. It touches only its transaction, takes ids and time from it,
    /// and gives its outcome only by returning it.</item>
    /// <item>Units of one store never see each other half done. <paramref name="subject"/> names the store or the session the
    /// unit writes to; null for units of the workspace (a new store, a key).</item>
    /// <item>An exception out of <paramref name="work"/> undoes the unit and is thrown to the caller; other units of the
    /// same batch are not touched.</item>
    /// <item><paramref name="stop"/> counts only before the unit starts: after that the caller learns how it ended.</item>
    /// <item>Fails with <see cref="StorageUnavailableException"/> when nothing can be written now; then nothing was.</item>
    /// </list>
    /// </summary>
    ValueTask<T> RunAsync<T>(Id? subject, Func<IStorageTransaction, ValueTask<T>> work, CancellationToken stop);

    /// <summary>
    /// Reads from one consistent state that holds every unit answered before the call. Short: under a second, so that an
    /// erasure never waits long; more than a page is read in several calls.
    /// </summary>
    ValueTask<T> ReadAsync<T>(Func<IStorageReader, ValueTask<T>> work, CancellationToken stop);

    /// <summary>
    /// Carries out every erasure marked so far (<see cref="IStorageTransaction.EraseContentAsync"/>,
    /// <see cref="IStorageTransaction.EraseStoreAsync"/>): on return with true no file holds the erased bytes any more.
    /// False when that took longer than <paramref name="patience"/>; it then goes on behind, also after a restart.
    /// </summary>
    ValueTask<bool> FinishErasuresAsync(TimeSpan patience, CancellationToken stop);

    /// <summary>
    /// Watches a store, a session or an environment for changes. The watch is told after each unit of it (<see cref="RunAsync"/> with
    /// its id, or one that told it: <see cref="IStorageTransaction.Tell"/>) is on disk, so that a read that begins then sees it; it may be told once for several units, and for units that changed
    /// nothing. It costs the writer next to nothing, however many watch and however slowly they read. What is not there
    /// can be watched too, and is never heard of.
    /// </summary>
    ChangeWatch Watch(Id subject);

    /// <summary>Null while all is well; else why no write is taken, in words for the operator.</summary>
    string? Ailment { get; }
}

/// <summary>Nothing can be written now, and nothing was: the disk is full or failed, or the server is ending.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
