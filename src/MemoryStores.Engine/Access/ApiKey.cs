using MemoryStores.Contract;

namespace MemoryStores.Engine.Access;

/// <summary>What a key may do, and until when. The key itself is kept nowhere, only its SHA-256.</summary>
public sealed record ApiKey(ApiKeyId Id, WorkspaceId Workspace, string Name, Grant Grant, long CreatedAt, long? ExpiresAt = null, long? RevokedAt = null)
{
    /// <summary>When the session or environment of a token came to its end.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Whether it opens anything at a time.</summary>
    public bool IsGood(long now) => RevokedAt is null && now < Until;

    /// <summary>When it stops to open anything by itself: a session's token lasts a day longer than the session, for what was written until then.</summary>
    public long Until => Math.Min(ExpiresAt ?? long.MaxValue, EndedAt switch
    {
        null => long.MaxValue,
        { } ended => Grant.Role == KeyRole.Session ? ended + Limits.JournalReplayMicroseconds : ended,
    });

    /// <summary>Who a caller with this key is.</summary>
    public Caller Caller => new(
        Workspace, Grant.BoundTo is SessionId session ? Actor.Session(session) : Actor.Key(Id), EndedAt is null ? Grant : Grant.AfterTheEnd());
}

/// <summary>A key found by the hash of one of its secrets; a rotated secret is good only until <paramref name="SecretUntil"/>.</summary>
public sealed record FoundKey(ApiKey Key, long? SecretUntil);

/// <summary>A workspace, by the name its administrators know it by.</summary>
public sealed record Workspace(WorkspaceId Id, string Name);

/// <summary>Something an administrator did.</summary>
public sealed record AdministrationEntry(long No, long At, string Actor, string Action, string Subject);
