using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Server.Endpoints;

/// <summary>Sessions as the wire shows them. How long one lasts depends on when it is asked.</summary>
internal static class SessionShapes
{
    public static SessionBody Body(this Session session, TimeProvider clock) => new()
    {
        Id = session.Id.Value,
        Status = NameOf(session.Head.Status),
        Title = session.Definition.Title,
        Metadata = session.Definition.Metadata,
        EnvironmentId = session.Definition.EnvironmentId,
        Agent = session.Definition.Agent,
        Resources = session.Definition.Resources,
        VaultIds = session.Definition.VaultIds,
        Budget = session.Definition.Budget,
        Stats = Stats(session, clock),
        CreatedAt = Timestamp.Write(session.Head.CreatedAt),
        UpdatedAt = Timestamp.Write(session.Head.UpdatedAt),
        ArchivedAt = Timestamp.WriteOrNull(session.Head.ArchivedAt),
    };

    public static SessionThreadBody ThreadBody(this Session session, TimeProvider clock)
    {
        var archived = session.Head.ArchivedAt ?? session.Definition.ThreadArchivedAt;
        return new SessionThreadBody
        {
            Id = session.Thread,
            SessionId = session.Id.Value,
            Agent = session.Definition.Agent,
            Status = NameOf(archived is null ? session.Head.Status : SessionStatus.Terminated),
            Stats = Stats(session, clock),
            CreatedAt = Timestamp.Write(session.Head.CreatedAt),
            UpdatedAt = Timestamp.Write(session.Head.UpdatedAt),
            ArchivedAt = Timestamp.WriteOrNull(archived),
        };
    }

    public static string NameOf(SessionStatus status) => status switch
    {
        SessionStatus.Idle => "idle",
        SessionStatus.Running => "running",
        SessionStatus.Rescheduling => "rescheduling",
        SessionStatus.Terminated => "terminated",
        _ => throw new UnreachableException(),
    };

    public static SessionStatus? StatusNamed(string name) =>
        Enum.GetValues<SessionStatus>().Where(status => NameOf(status) == name).Select(status => (SessionStatus?)status).FirstOrDefault();

    private static SessionStatsBody Stats(Session session, TimeProvider clock)
    {
        var until = session.Head.IsOver ? session.Head.UpdatedAt : Timestamp.Microseconds(clock.GetUtcNow());
        return new SessionStatsBody(0, Math.Max(0, until - session.Head.CreatedAt) / 1_000_000);
    }
}
