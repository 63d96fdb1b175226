using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;

namespace MemoryStores.Server.Http;

/// <summary>
/// Which tokens a route takes beside keys; stands in its metadata. A route that says nothing takes keys alone, so that a new one is closed
/// to tokens until somebody opens it.
/// </summary>
internal sealed class TokenRoutes
{
    /// <summary>The memories of a store: a session's token, also when the session is over. Which stores, the grant says.</summary>
    public static readonly TokenRoutes Stores = new();

    /// <summary>A session: its own token while it lasts.</summary>
    public static readonly TokenRoutes Session = new();

    /// <summary>The work of an environment: its own key.</summary>
    public static readonly TokenRoutes Environment = new();

    /// <summary>Work that is under way: the key of its environment, and the token of its session while that lasts.</summary>
    public static readonly TokenRoutes Work = new();

    /// <summary>Every token.</summary>
    public static readonly TokenRoutes Anyone = new();

    private TokenRoutes() { }

    public static bool Allow(Endpoint route, Grant grant)
    {
        if (grant.BoundTo is null) return true;
        var takes = route.Metadata.GetMetadata<TokenRoutes>();
        return takes == Anyone || (grant.BoundTo is SessionId
            ? takes == Stores || ((takes == Session || takes == Work) && !grant.HasEnded)
            : takes == Environment || takes == Work);
    }
}

/// <summary>Whose token a request carries, good or not any more.</summary>
internal sealed record TokenBearer(Id Of)
{
    /// <summary>Whether a refusal says that the token was used for what is not its own; a memory that is not there says nothing.</summary>
    public static bool IsMisuse(Refusal why) => why.Status is 401 or 403 || why is Refusal.StoreUnknown or Refusal.SessionUnknown;
}
