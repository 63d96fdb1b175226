using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>
/// What a session has in its sandbox, once it is there: files can be added and taken away, the token of a repository replaced. Memory
/// stores are given at its creation and stay.
/// </summary>
public sealed class SessionResources(IStorageEngine storage)
{
    private const string Tag = "sesrsc_";

    /// <summary>All of them, in the order in which they were given.</summary>
    public ValueTask<Outcome<IReadOnlyList<SessionResource>>> ListAsync(Caller caller, SessionId id, CancellationToken stop) =>
        storage.ReadAsync<Outcome<IReadOnlyList<SessionResource>>>(async reader => await reader.FindSessionAsync(caller, id) switch
        {
            Outcome<Session>.Done done => new Outcome<IReadOnlyList<SessionResource>>.Done(done.Value.Definition.Resources),
            Outcome<Session>.Refused refused => refused.Why,
            _ => throw new System.Diagnostics.UnreachableException(),
        }, stop);

    public ValueTask<Outcome<SessionResource>> RetrieveAsync(Caller caller, SessionId id, string resource, CancellationToken stop) =>
        storage.ReadAsync<Outcome<SessionResource>>(async reader =>
        {
            if (!(await reader.FindSessionAsync(caller, id)).IsDone(out var session, out var lack)) return lack;
            return Find(session, resource) is { } found ? found : new Refusal.ResourceUnknown(resource);
        }, stop);

    public ValueTask<Outcome<SessionResource>> AddFileAsync(Caller caller, SessionId id, ResourceRequest.File file, CancellationToken stop) =>
        ChangeAsync(caller, id, async (tx, session) =>
        {
            var environment = await tx.FindEnvironmentAsync(caller.Workspace, Contract.EnvironmentId.FromStorage(session.Definition.EnvironmentId));
            if (environment?.Definition.Config.Type == EnvironmentConfig.SelfHosted)
                return (null, null, new Refusal.BadField("type", "a self-hosted environment takes memory stores only"));
            if (session.Definition.Resources.Count >= Limits.SessionResources)
                return (null, null, new Refusal.BadField("resources", $"the session has {Limits.SessionResources} resources, which is the limit"));
            var added = Of(file, tx);
            return ([.. session.Definition.Resources, added], added, null);
        }, stop);

    /// <summary>A new token for a repository: nothing here would use it, so that only the time of the resource moves.</summary>
    public ValueTask<Outcome<SessionResource>> RenewAsync(Caller caller, SessionId id, string resource, CancellationToken stop) =>
        ChangeAsync(caller, id, (tx, session) =>
        {
            if (Find(session, resource) is not { } found) return Refused(new Refusal.ResourceUnknown(resource));
            if (found is not RepositoryResource repository)
                return Refused(new Refusal.BadField("authorization_token", $"belongs to a {RepositoryResource.Word}; this resource is a {found.Type}"));
            var renewed = repository with { UpdatedAt = Timestamp.Write(tx.Now) };
            return Changed([.. session.Definition.Resources.Select(one => ReferenceEquals(one, found) ? renewed : one)], renewed);
        }, stop);

    public ValueTask<Outcome<SessionResource>> RemoveAsync(Caller caller, SessionId id, string resource, CancellationToken stop) =>
        ChangeAsync(caller, id, (_, session) =>
        {
            if (Find(session, resource) is not { } found) return Refused(new Refusal.ResourceUnknown(resource));
            if (found is StoreResource) return Refused(new Refusal.BadField("resource", "is a memory store, which a session keeps as long as it lasts"));
            return Changed([.. session.Definition.Resources.Where(one => !ReferenceEquals(one, found))], found);
        }, stop);

    internal static FileResource Of(ResourceRequest.File file, IStorageTransaction tx) => new()
    {
        Id = tx.NewId(Tag), FileId = file.Id, MountPath = file.MountPath ?? "/mnt/session/uploads/" + file.Id,
        CreatedAt = Timestamp.Write(tx.Now), UpdatedAt = Timestamp.Write(tx.Now),
    };

    internal static RepositoryResource Of(ResourceRequest.Repository repository, IStorageTransaction tx) => new()
    {
        Id = tx.NewId(Tag), Url = repository.Url, Checkout = repository.Checkout, MountPath = repository.MountPath ?? "/workspace/" + NameOf(repository.Url),
        CreatedAt = Timestamp.Write(tx.Now), UpdatedAt = Timestamp.Write(tx.Now),
    };

    private static string NameOf(string url)
    {
        var name = url.TrimEnd('/').Split('/')[^1];
        return name.EndsWith(".git", StringComparison.Ordinal) ? name[..^4] : name;
    }

    private ValueTask<Outcome<SessionResource>> ChangeAsync(
        Caller caller, SessionId id,
        Func<IStorageTransaction, Session, ValueTask<(IReadOnlyList<SessionResource>? Resources, SessionResource? One, Refusal? Why)>> change, CancellationToken stop) =>
        storage.RunAsync<Outcome<SessionResource>>(id, async tx =>
        {
            if (!(await tx.FindSessionAsync(caller, id)).IsDone(out var session, out var lack)) return lack;
            if (session.Head.IsOver) return new Refusal.SessionArchived();
            var (resources, one, why) = await change(tx, session);
            if (why is not null) return why;
            var changed = new Session(session.Head.Moved(tx.Now), session.Definition with { Resources = resources! });
            if (changed.Definition.FlawInSize() is { } tooLarge) return tooLarge;
            await tx.PutSessionAsync(changed);
            return one!;
        }, stop);

    private static ValueTask<(IReadOnlyList<SessionResource>?, SessionResource?, Refusal?)> Refused(Refusal why) =>
        ValueTask.FromResult<(IReadOnlyList<SessionResource>?, SessionResource?, Refusal?)>((null, null, why));

    private static ValueTask<(IReadOnlyList<SessionResource>?, SessionResource?, Refusal?)> Changed(IReadOnlyList<SessionResource> all, SessionResource one) =>
        ValueTask.FromResult<(IReadOnlyList<SessionResource>?, SessionResource?, Refusal?)>((all, one, null));

    private static SessionResource? Find(Session session, string resource) => session.Definition.Resources.FirstOrDefault(one => one.RouteName() == resource);
}
