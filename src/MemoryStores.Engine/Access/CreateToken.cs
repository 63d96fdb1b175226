using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>
/// Makes a token of a session, which reaches what the session's mounts reach, or a key of an environment, which reaches its work. Both
/// are keys of their own kind: found by hash, shown once, and ended with what they are bound to.
/// </summary>
public sealed class CreateToken(IStorageEngine storage)
{
    public ValueTask<Outcome<NewKey>> ForSessionAsync(Caller caller, SessionId id, string name, long? expiresAt, CancellationToken stop) =>
        MakeAsync(caller, id, name, expiresAt, "token.created", async tx =>
        {
            if (!(await tx.FindSessionAsync(caller, id)).IsDone(out var session, out var lack)) return lack;
            if (session.Head.IsOver) return new Refusal.SessionArchived();
            return GrantOf(session);
        }, stop);

    public ValueTask<Outcome<NewKey>> ForEnvironmentAsync(Caller caller, EnvironmentId id, string name, long? expiresAt, CancellationToken stop) =>
        MakeAsync(caller, id, name, expiresAt, "environment_key.created", async tx =>
        {
            if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
            if (await tx.FindEnvironmentAsync(caller.Workspace, id) is null) return new Refusal.EnvironmentUnknown(id.Value);
            return new Grant(KeyRole.Environment, []) { BoundTo = id };
        }, stop);

    private async ValueTask<Outcome<NewKey>> MakeAsync(
        Caller caller, Id boundTo, string name, long? expiresAt, string action, Func<IStorageTransaction, ValueTask<Outcome<Grant>>> grantOf, CancellationToken stop)
    {
        var secret = Secret.New();
        return await storage.RunAsync<Outcome<NewKey>>(null, async tx =>
        {
            if (!(await grantOf(tx)).IsDone(out var grant, out var lack)) return lack;
            if (new KeyRequest(name, Grant.Everything, expiresAt, null).Flaw(tx.Now) is { } flaw) return flaw;
            return new NewKey(await InsertAsync(tx, caller, boundTo, grant, name, expiresAt, action, secret), secret);
        }, stop);
    }

    /// <summary>What the mounts of a session reach.</summary>
    internal static Grant GrantOf(Session session)
    {
        var stores = session.Definition.Stores.ToList();
        return new Grant(KeyRole.Session, [.. stores.Select(IdOf)])
        {
            BoundTo = session.Id, ReadOnlyStores = [.. stores.Where(store => store.Access == StoreResource.ReadOnly).Select(IdOf)],
        };
    }

    internal static async ValueTask<ApiKey> InsertAsync(
        IStorageTransaction tx, Caller caller, Id boundTo, Grant grant, string name, long? expiresAt, string action, string secret)
    {
        var key = new ApiKey(ApiKeyId.FromStorage(tx.NewId(ApiKeyId.Tag)), caller.Workspace, name, grant, tx.Now, expiresAt);
        await tx.InsertKeyAsync(key, Secret.HashOf(secret));
        await tx.InsertAdministrationAsync(caller.Workspace, tx.Now, caller.Actor.Id, action, $"{boundTo}/{key.Id}");
        return key;
    }

    private static StoreId IdOf(StoreResource store) => StoreId.FromStorage(store.MemoryStoreId);
}
