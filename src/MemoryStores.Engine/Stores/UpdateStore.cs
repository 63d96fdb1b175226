using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Stores;

/// <summary>What to change of a store's profile: null leaves a field, and in the metadata removes a key.</summary>
public sealed record StorePatch(string? Name, string? Description, IReadOnlyDictionary<string, string?>? Metadata);

/// <summary>Applies a patch to a store's profile, all or nothing; where it changes nothing, nothing happens.</summary>
public sealed class UpdateStore(IStorageEngine storage)
{
    public ValueTask<Outcome<MemoryStore>> RunAsync(Caller caller, StoreId id, StorePatch patch, CancellationToken stop)
    {
        if (StoreProfile.FlawInPatch(patch.Name, patch.Description, patch.Metadata) is { } flaw)
            return ValueTask.FromResult<Outcome<MemoryStore>>(flaw);
        return storage.RunAsync<Outcome<MemoryStore>>(id, async tx =>
        {
            if (await tx.FindStoreAsync(caller, id) is not { } store) return new Refusal.StoreUnknown(id.Value);
            if (!caller.Grant.HasWholeStores) return new Refusal.ScopeTooNarrow();
            if (store.ArchivedAt is not null) return new Refusal.StoreArchived();
            if (!store.Profile.TryPatch(patch.Name, patch.Description, patch.Metadata, out var profile, out var refusal)) return refusal;
            if (profile.Equals(store.Profile)) return store;

            var head = await tx.FindHeadAsync(caller, id);
            var chain = new HistoryChain(tx, head!);
            var entry = await chain.AppendAsync(draft => draft with { Profile = profile }, HistoryKind.StoreUpdated, caller.Actor);
            var updated = store with { Profile = profile, UpdatedAt = entry.At };
            await tx.PutStoreAsync(updated, entry.Seq);
            await chain.CloseAsync();
            return updated;
        }, stop);
    }
}
