using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>/ext/v1: what the server is and offers.</summary>
public sealed class ServerCalls
{
    private readonly Channel channel;

    internal ServerCalls(Channel channel) => this.channel = channel;

    public Task<Answer<ServerBody>> GetAsync(CancellationToken stop = default) =>
        channel.SendAsync(Call.Get("ext/v1"), WireJson.Wire.ServerBody, stop);

    /// <summary>Null from a server that has only the official API: it has nothing at /ext/v1, or takes no GET there.</summary>
    public async Task<Answer<ServerBody>?> FindAsync(CancellationToken stop = default)
    {
        try
        {
            return await GetAsync(stop);
        }
        catch (ApiException absent) when (absent.Status is 404 or 405)
        {
            return null;
        }
    }
}
