using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli;

/// <summary>
/// Careful writes: by commit, which compares version ids and may be repeated; on a server without commits by the official
/// endpoints, which compare content.
/// </summary>
internal sealed class MemoryWrites(MemoryStoresClient client, string store)
{
    private const int AppendTries = 10;

    /// <summary>New content for the memory at a path or with an id, if the version expected is its head.</summary>
    public async Task<ChangeResultBody> ReplaceAsync(string named, MemoryContent content, string expectedVersion)
    {
        try
        {
            return await client.Commits.CommitAsync(store, Target("update", named) with { Content = content, ExpectedVersionId = expectedVersion });
        }
        catch (ApiException absent) when (absent.Status is 404 or 405)
        {
            // No commits here, or no such memory: the official endpoints know which.
            var memory = await MemoryPaths.FindAsync(client, store, named);
            if (memory.MemoryVersionId != expectedVersion) throw Moved();
            return Result(memory, await ReplaceIfContentAsync(memory.Id, content, memory.ContentSha256));
        }
    }

    public Task<Answer<MemoryBody>> ReplaceIfContentAsync(string memory, MemoryContent content, string expectedSha256) =>
        client.Memories.UpdateAsync(store, memory, new() { Content = content, Precondition = new ContentPreconditionBody(expectedSha256) });

    /// <summary>Adds to the end, whatever the content is by then.</summary>
    public async Task<ChangeResultBody> AppendAsync(string named, MemoryContent more)
    {
        try
        {
            return await client.Commits.CommitAsync(store, Target("append", named) with { Content = more });
        }
        catch (ApiException absent) when (absent.Status is 404 or 405)
        {
            var id = (await MemoryPaths.FindAsync(client, store, named)).Id;
            for (var attempt = 1; ; attempt++)
            {
                var memory = (await client.Memories.GetAsync(store, id)).Value;
                try
                {
                    return Result(memory, await ReplaceIfContentAsync(id, memory.Content!.Append(more), memory.ContentSha256));
                }
                catch (ApiException lost) when (lost.Status == 409 && attempt < AppendTries)
                {
                }
            }
        }
    }

    public async Task<ChangeResultBody> RenameAsync(string named, string path, string? expectedVersion)
    {
        try
        {
            return await client.Commits.CommitAsync(store, Target("rename", named) with { Path = path, ExpectedVersionId = expectedVersion ?? "anything" });
        }
        catch (ApiException absent) when (absent.Status is 404 or 405)
        {
            var memory = await MemoryPaths.FindAsync(client, store, named);
            if (expectedVersion is not null && memory.MemoryVersionId != expectedVersion) throw Moved();
            return Result(memory, await client.Memories.UpdateAsync(store, memory.Id, new()
            {
                Path = path,
                Precondition = expectedVersion is null ? null : new ContentPreconditionBody(memory.ContentSha256),
            }));
        }
    }

    private static ChangeBody Target(string type, string named) =>
        MemoryId.TryParse(named) is not null ? new ChangeBody(type) { MemoryId = named } : new ChangeBody(type) { At = named };

    private static ChangeResultBody Result(MemoryBody before, Answer<MemoryBody> after) =>
        new(after.Value.MemoryVersionId == before.MemoryVersionId ? "unchanged" : "written")
        {
            MemoryId = after.Value.Id,
            MemoryVersionId = after.Value.MemoryVersionId,
            ContentSha256 = after.Value.ContentSha256,
        };

    private static CommandException Moved() =>
        new(ExitCode.Conflict, "the memory has changed: its current version is not the one you expected. Read it again, then repeat your change on it.");
}
