namespace MemoryStores.Contract;

/// <summary>Who did something: the id of a key, session, user or service account, never a credential.</summary>
public sealed record Actor(ActorKind Kind, string Id)
{
    public static Actor Key(ApiKeyId key) => new(ActorKind.ApiKey, key.Value);

    public static Actor Session(SessionId session) => new(ActorKind.Session, session.Value);
}

/// <summary>The numbers are stored: append, never renumber.</summary>
public enum ActorKind
{
    ApiKey = 1,
    Session = 2,
    User = 3,
    ServiceAccount = 4,
}
