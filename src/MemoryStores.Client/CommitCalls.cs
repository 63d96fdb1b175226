using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>/ext/v1/memory_stores/{store}/commits: several changes at once, each with the version it expects.</summary>
public sealed class CommitCalls
{
    private readonly Channel channel;

    internal CommitCalls(Channel channel) => this.channel = channel;

    /// <summary>With a commit_id the call is repeated when its answer is lost: the server does it once.</summary>
    public Task<Answer<CommitBody>> CommitAsync(string store, CommitRequestBody commit, CancellationToken stop = default) =>
        channel.SendAsync(
            Call.Post($"ext/v1/memory_stores/{Query.Segment(store)}/commits", commit, WireJson.Wire.CommitRequestBody) with { Repeatable = commit.CommitId is not null },
            WireJson.Wire.CommitBody, stop);

    /// <summary>One change, under a commit_id of its own.</summary>
    public async Task<ChangeResultBody> CommitAsync(string store, ChangeBody change, CancellationToken stop = default)
    {
        var commit = new CommitRequestBody { CommitId = Guid.NewGuid().ToString("N"), Changes = [change] };
        return (await CommitAsync(store, commit, stop)).Value.Results[0];
    }
}
