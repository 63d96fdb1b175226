using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>Looks sessions up as a caller may see them: all of its workspace, or with a token its own, or none.</summary>
internal static class SessionVisibility
{
    public static async ValueTask<Outcome<SessionHead>> FindHeadAsync(this IStorageReader reader, Caller caller, SessionId id)
    {
        if (FlawIn(caller, id) is { } flaw) return flaw;
        return await reader.FindSessionHeadAsync(caller.Workspace, id) is { } head ? head : new Refusal.SessionUnknown(id.Value);
    }

    public static async ValueTask<Outcome<Session>> FindSessionAsync(this IStorageReader reader, Caller caller, SessionId id)
    {
        if (FlawIn(caller, id) is { } flaw) return flaw;
        return await reader.FindSessionAsync(caller.Workspace, id) is { } session ? session : new Refusal.SessionUnknown(id.Value);
    }

    private static Refusal? FlawIn(Caller caller, SessionId id) => caller.Grant.BoundTo switch
    {
        SessionId own => own == id && !caller.Grant.HasEnded ? null : new Refusal.SessionUnknown(id.Value),
        _ => caller.Grant.HasAllStores ? null : new Refusal.WorkspaceOutOfScope(),
    };
}
