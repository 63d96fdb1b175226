using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

public sealed class RetrieveSession(IStorageEngine storage)
{
    public ValueTask<Outcome<Session>> RunAsync(Caller caller, SessionId id, CancellationToken stop) =>
        storage.ReadAsync(reader => reader.FindSessionAsync(caller, id), stop);
}
