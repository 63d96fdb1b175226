namespace MemoryStores.Client;

/// <summary>
/// The API as .NET sees it: each call is one request and its answer. A refusal is thrown as <see cref="ApiException"/>, silence
/// as <see cref="ServerUnreachableException"/>. Safe for use by many threads.
/// </summary>
public sealed class MemoryStoresClient : IDisposable
{
    private readonly Channel channel;

    public MemoryStoresClient(Connection connection)
        : this(connection, connection.MakeHandler(), TimeProvider.System)
    {
    }

    internal MemoryStoresClient(Connection connection, HttpMessageHandler handler, TimeProvider time)
    {
        channel = new Channel(connection, handler, time);
        Connection = connection;
        Stores = new StoreCalls(channel);
        Memories = new MemoryCalls(channel);
        Versions = new VersionCalls(channel);
        Commits = new CommitCalls(channel);
        Changes = new ChangeCalls(channel);
        History = new HistoryCalls(channel);
        Keys = new KeyCalls(channel);
        Sessions = new SessionCalls(channel);
        Server = new ServerCalls(channel);
    }

    public Connection Connection { get; }
    public StoreCalls Stores { get; }
    public MemoryCalls Memories { get; }
    public VersionCalls Versions { get; }
    public CommitCalls Commits { get; }
    public ChangeCalls Changes { get; }
    public HistoryCalls History { get; }
    public KeyCalls Keys { get; }
    public SessionCalls Sessions { get; }
    public ServerCalls Server { get; }

    public void Dispose() => channel.Dispose();
}
