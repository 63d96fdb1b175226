namespace MemoryStores.Client;

/// <summary>Nobody answered: refused, unknown host, no trust in the certificate, or silence.</summary>
public sealed class ServerUnreachableException(ServerAddress server, string why, Exception? inner = null)
    : Exception($"no server answers at {server}: {why}", inner)
{
    public ServerAddress Server { get; } = server;

    /// <summary>Why, in words for people, beginning in lower case and without a full stop.</summary>
    public string Why { get; } = why;
}
