using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>Changes the metadata of work by a patch, in which null removes a key.</summary>
public sealed class UpdateWork(IStorageEngine storage)
{
    public ValueTask<Outcome<WorkItem>> RunAsync(
        Caller caller, EnvironmentId environment, WorkId id, IReadOnlyDictionary<string, string?> patch, CancellationToken stop) =>
        storage.RunAsync<Outcome<WorkItem>>(null, async tx =>
        {
            if (!(await tx.FindWorkAsync(caller, environment, id)).IsDone(out var item, out var lack)) return lack;
            if (FieldRules.FlawInPairs(patch) is { } bad) return bad;
            var metadata = FieldRules.Patched(item.Metadata, patch);
            if (FieldRules.FlawInCount(metadata) is { } flaw) return flaw;
            var patched = item with { Metadata = metadata };
            await tx.PutWorkAsync(patched);
            return patched;
        }, stop);
}
