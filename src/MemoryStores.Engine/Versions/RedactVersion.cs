using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Versions;

/// <summary>
/// Takes a version's path, content, hash and size away for good, and answers when no file holds them any more. The
/// version keeps its place; the history stays provable. Repeating it waits for an erasure that is still going on.
/// </summary>
public sealed class RedactVersion(IStorageEngine storage, TimeSpan patience)
{
    public async ValueTask<Outcome<MemoryVersion>> RunAsync(Caller caller, StoreId store, VersionId version, CancellationToken stop)
    {
        var outcome = await storage.RunAsync(store, tx => EmptyAsync(tx, caller, store, version), stop);
        if (outcome is not Outcome<(MemoryVersion Version, bool Pending)>.Done(var done))
            return ((Outcome<(MemoryVersion, bool)>.Refused)outcome).Why;
        if (done.Pending && !await storage.FinishErasuresAsync(patience, stop)) return new Refusal.StillErasing();
        return done.Version;
    }

    private static async ValueTask<Outcome<(MemoryVersion, bool)>> EmptyAsync(
        IStorageTransaction tx, Caller caller, StoreId store, VersionId id)
    {
        var head = await tx.FindHeadAsync(caller, store);
        if (head is null) return new Refusal.StoreUnknown(store.Value);
        var version = await tx.FindVersionAsync(caller, store, id, withContent: false);
        if (version is null) return new Refusal.VersionUnknown(id.Value);
        if (version.Redacted is not null) return (version, await tx.IsErasurePendingAsync(caller.Workspace, store, id));
        if (await tx.FindMemoryAsync(store, version.Memory, withContent: false) is { } memory && memory.Head == id) return new Refusal.VersionIsHead();

        var chain = new HistoryChain(tx, head);
        var written = await tx.FindHistoryAsync(store, version.Seq) ?? throw new UnreachableException();
        var redaction = await chain.AppendAsync(
            draft => draft with { Memory = version.Memory, About = id }, HistoryKind.VersionRedacted, caller.Actor);
        await tx.EraseContentAsync(store, version.Seq, HistoryHash.Commitments(written, written.Salts.Span), redaction.Seq);
        await chain.CloseAsync();
        var emptied = version with
        {
            Path = null, Digest = null, Size = null, Content = null, Redacted = new Redaction(redaction.At, redaction.By),
        };
        return (emptied, true);
    }
}
