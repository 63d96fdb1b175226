using MemoryStores.Contract;

namespace MemoryStores.Engine.Sessions;

/// <summary>The numbers are stored: append, never renumber.</summary>
public enum SessionStatus
{
    Idle = 1,
    Running = 2,
    Rescheduling = 3,

    /// <summary>Ended: archived, or told so by the program that ran it.</summary>
    Terminated = 4,
}

/// <summary>A session: what it was given, and how far it has come.</summary>
public sealed record Session(SessionHead Head, SessionDefinition Definition)
{
    public SessionId Id => Head.Id;

    /// <summary>The thread every session begins with; its id is the session's under another tag.</summary>
    public string Thread => ThreadOf(Id);

    public static string ThreadOf(SessionId session) => ThreadTag + session.Value[SessionId.Tag.Length..];

    private const string ThreadTag = "sthr_";
}

/// <summary>
/// The moving part of a session. Events of it are numbered from 1 without a gap in the order in which they came; <paramref name="Seq"/> is
/// the number of the last.
/// </summary>
public sealed record SessionHead(
    SessionId Id, WorkspaceId Workspace, SessionStatus Status, long Seq, long CreatedAt, long UpdatedAt, long? ArchivedAt)
{
    /// <summary>This session after something happened to it now; its time never stands still, so that readers see the difference.</summary>
    public SessionHead Moved(long now) => this with { UpdatedAt = Math.Max(now, UpdatedAt + 1) };

    /// <summary>Whether nothing more can happen in it.</summary>
    public bool IsOver => ArchivedAt is not null || Status == SessionStatus.Terminated;
}
