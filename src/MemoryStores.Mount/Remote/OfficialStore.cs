using System.Runtime.CompilerServices;
using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Mount.Remote;

/// <summary>
/// A store of any server that speaks the official API and nothing else: asked again and again for what has changed, and told
/// one change at a time, each with the content it expects. A change whose answer was lost is recognised by its result.
/// </summary>
internal sealed class OfficialStore(MemoryStoresClient client, string store, TimeSpan interval, TimeProvider time) : IRemoteStore
{
    private const int PageItems = 100;
    private const int PageItemsWithContent = 20;

    /// <summary>The last whole listing.</summary>
    private Dictionary<string, (string Version, string Path)> known = new(StringComparer.Ordinal);

    public bool HasCommits => false;

    public async Task<Listing> ListAsync(bool withContent, Action<MemoryBody> each, CancellationToken stop)
    {
        var query = new MemoryListQuery { WithContent = withContent, Limit = withContent ? PageItemsWithContent : PageItems };
        var listed = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        await foreach (var page in client.Memories.ListPagesAsync(store, query, stop))
        {
            foreach (var memory in page.Value.Data.OfType<MemoryBody>())
            {
                listed[memory.Id] = (memory.MemoryVersionId, memory.Path);
                each(memory);
            }
        }
        if (!withContent) known = listed;
        return new Listing(null, 0, (await client.Stores.GetAsync(store, stop)).Value.ArchivedAt is not null);
    }

    public Task<MemoryBody?> FindAsync(string memory, CancellationToken stop) => FindAsync(client, store, memory, stop);

    public Task<byte[]?> ContentAsync(string version, CancellationToken stop) => ContentAsync(client, store, version, stop);

    public static async Task<MemoryBody?> FindAsync(MemoryStoresClient client, string store, string memory, CancellationToken stop)
    {
        try
        {
            return (await client.Memories.GetAsync(store, memory, withContent: true, stop)).Value;
        }
        catch (ApiException unknown) when (unknown.Status == 404)
        {
            return null;
        }
    }

    public static async Task<byte[]?> ContentAsync(MemoryStoresClient client, string store, string version, CancellationToken stop)
    {
        try
        {
            return (await client.Versions.GetAsync(store, version, withContent: true, stop)).Value.Content?.Utf8.ToArray();
        }
        catch (ApiException unknown) when (unknown.Status == 404)
        {
            return null;
        }
    }

    public async Task<CommitBody> CommitAsync(CommitRequestBody commit, CancellationToken stop)
    {
        var results = new List<ChangeResultBody>();
        foreach (var change in commit.Changes)
        {
            try
            {
                results.Add(await CarryOutAsync(change, results, stop));
            }
            catch (ApiException refused) when (refused.Status is 400 or 404 or 409 or 413)
            {
                results.Add(new ChangeResultBody("refused")
                {
                    Error = new ErrorDetailBody(refused.Type, refused.Message)
                    {
                        ConflictingPath = refused.ConflictingPath,
                        ConflictingMemoryId = refused.ConflictingMemoryId,
                    },
                });
            }
        }
        return new CommitBody { MemoryStoreId = store, CommitId = commit.CommitId, Repeated = false, Seq = 0, Results = results };
    }

    /// <summary>Each round compares the whole listing with the last one.</summary>
    public async IAsyncEnumerable<Hint> FollowAsync(string? cursor, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(interval, time, stop);
            var before = known;
            var listing = await ListAsync(withContent: false, static _ => { }, stop);
            var changed = known.Where(now => !before.TryGetValue(now.Key, out var then) || then != now.Value).Select(now => now.Key);
            foreach (var id in changed.Concat(before.Keys.Except(known.Keys)).ToArray()) yield return new Hint.MemoryChanged(null, id, null, null);
            yield return listing.Archived ? new Hint.StoreArchived(null) : new Hint.Alive(null, 0);
        }
    }

    private async Task<ChangeResultBody> CarryOutAsync(ChangeBody change, List<ChangeResultBody> earlier, CancellationToken stop)
    {
        if (change.Type == "create") return await CreateAsync(change, stop);
        if (Earlier(change.MemoryId, earlier) is { Type: "refused" }) return Lost();
        var id = Earlier(change.MemoryId, earlier)?.MemoryId ?? change.MemoryId!;
        var expected = Earlier(change.ExpectedVersionId, earlier)?.MemoryVersionId ?? change.ExpectedVersionId;
        var head = (await client.Memories.GetAsync(store, id, withContent: false, stop)).Value;
        var isAsWished = (change.Content is null || head.ContentSha256 == change.Content.Digest.ToString()) && (change.Path is null || head.Path == change.Path);
        if (change.Type != "delete" && isAsWished) return Written(head);
        if (expected is not (null or "anything") && head.MemoryVersionId != expected) return Lost();
        if (change.Type == "delete")
        {
            await client.Memories.DeleteAsync(store, id, head.ContentSha256, stop);
            return new ChangeResultBody("written") { MemoryId = id };
        }
        var update = new UpdateMemoryBody { Content = change.Content, Path = change.Path, Precondition = new ContentPreconditionBody(head.ContentSha256) };
        return Written((await client.Memories.UpdateAsync(store, id, update, stop)).Value);
    }

    private async Task<ChangeResultBody> CreateAsync(ChangeBody change, CancellationToken stop)
    {
        try
        {
            return Written((await client.Memories.CreateAsync(store, change.Path!, change.Content!, stop)).Value);
        }
        catch (ApiException taken) when (taken is { Status: 409, ConflictingMemoryId: { } occupant } && taken.ConflictingPath == change.Path)
        {
            // Most likely our own, of which the answer was lost.
            if (await FindAsync(occupant, stop) is { } there && there.ContentSha256 == change.Content!.Digest.ToString()) return Written(there);
            throw;
        }
    }

    private static ChangeResultBody? Earlier(string? reference, List<ChangeResultBody> results) =>
        reference is not null && reference.StartsWith("change:", StringComparison.Ordinal)
            ? results[int.Parse(reference.AsSpan("change:".Length), System.Globalization.CultureInfo.InvariantCulture)]
            : null;

    private static ChangeResultBody Written(MemoryBody memory) =>
        new("written") { MemoryId = memory.Id, MemoryVersionId = memory.MemoryVersionId, ContentSha256 = memory.ContentSha256 };

    private static ChangeResultBody Lost() =>
        new("refused") { Error = new ErrorDetailBody("memory_precondition_failed_error", "The memory has changed.") };
}
