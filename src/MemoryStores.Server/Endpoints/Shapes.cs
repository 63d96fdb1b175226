using System.Diagnostics;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Changes;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Stores;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Server.Endpoints;

/// <summary>The engine's records as the wire shows them.</summary>
internal static class Shapes
{
    public static StoreBody Body(this MemoryStore store) => new()
    {
        Id = store.Id.Value,
        Name = store.Profile.Name,
        Description = store.Profile.Description,
        Metadata = store.Profile.Metadata,
        CreatedAt = Timestamp.Write(store.CreatedAt),
        UpdatedAt = Timestamp.Write(store.UpdatedAt),
        ArchivedAt = Timestamp.WriteOrNull(store.ArchivedAt),
    };

    public static MemoryBody Body(this Memory memory, bool withContent) => new()
    {
        Id = memory.Id.Value,
        MemoryStoreId = memory.Store.Value,
        MemoryVersionId = memory.Head.Value,
        Path = memory.Path.Value,
        Content = withContent ? memory.Content : null,
        ContentSha256 = memory.Digest.ToString(),
        ContentSizeBytes = memory.Size,
        CreatedAt = Timestamp.Write(memory.CreatedAt),
        UpdatedAt = Timestamp.Write(memory.UpdatedAt),
    };

    public static VersionBody Body(this MemoryVersion version) => new()
    {
        Id = version.Id.Value,
        MemoryStoreId = version.Store.Value,
        MemoryId = version.Memory.Value,
        Operation = OperationName(version.Operation),
        Path = version.Path?.Value,
        Content = version.Content,
        ContentSha256 = version.Digest?.ToString(),
        ContentSizeBytes = version.Size,
        CreatedAt = Timestamp.Write(version.CreatedAt),
        CreatedBy = version.CreatedBy is { } by ? ActorBody.From(by) : null,
        RedactedAt = version.Redacted is { } redacted ? Timestamp.Write(redacted.At) : null,
        RedactedBy = version.Redacted?.By is { } redactor ? ActorBody.From(redactor) : null,
    };

    public static AgentBody Body(this Agent agent) => new()
    {
        Id = agent.Id.Value,
        Version = agent.Version,
        Name = agent.Definition.Name,
        Description = agent.Definition.Description,
        System = agent.Definition.System,
        Model = agent.Definition.Model,
        Tools = agent.Definition.Tools,
        McpServers = agent.Definition.McpServers,
        Skills = agent.Definition.Skills,
        Metadata = agent.Definition.Metadata,
        Multiagent = agent.Definition.Multiagent,
        ExecutionIdentity = agent.Definition.ExecutionIdentity,
        CreatedAt = Timestamp.Write(agent.CreatedAt),
        UpdatedAt = Timestamp.Write(agent.UpdatedAt),
        ArchivedAt = Timestamp.WriteOrNull(agent.ArchivedAt),
    };

    public static EnvironmentBody Body(this AgentEnvironment environment) => new()
    {
        Id = environment.Id.Value,
        Name = environment.Definition.Name,
        Description = environment.Definition.Description,
        Config = environment.Definition.Config,
        Metadata = environment.Definition.Metadata,
        CreatedAt = Timestamp.Write(environment.CreatedAt),
        UpdatedAt = Timestamp.Write(environment.UpdatedAt),
        ArchivedAt = Timestamp.WriteOrNull(environment.ArchivedAt),
    };

    public static ChangeEventBody Body(this ChangeEvent change) => new()
    {
        Type = change.Memory is null ? "store_changed" : "memory_changed",
        Seq = change.At.Seq,
        MemoryId = change.Memory?.Value,
        MemoryVersionId = change.Version?.Value,
        Operation = OperationName(change.Kind),
        CommitId = change.CommitId,
    };

    public static HistoryEntryBody Body(this HistoryLine line) => new()
    {
        Seq = line.Entry.Seq,
        CreatedAt = Timestamp.Write(line.Entry.At),
        Kind = HistoryHash.NameOf(line.Entry.Kind),
        Actor = line.Entry.By is { } by ? ActorBody.From(by) : null,
        CommitId = line.Entry.CommitId,
        MemoryId = line.Entry.Memory?.Value,
        MemoryVersionId = line.Entry.Version?.Value,
        About = line.Entry.About?.Value,
        Path = line.Path?.Value,
        PreviousPath = line.PathBefore?.Value,
        ContentSha256 = line.Entry.Digest?.ToString(),
        ContentSizeBytes = line.Entry.Size,
        Entry = Convert.ToHexStringLower(line.Entry.Entry.Span),
        Link = Convert.ToHexStringLower(line.Entry.Link.Span),
    };

    public static ResetBody Body(this FeedReset reset) => reset switch
    {
        FeedReset.UnknownCursor => new("unknown_cursor", "The store's history does not reach that far: an older copy of it was put back. Take a snapshot, compare, and go on from this cursor."),
        FeedReset.ContradictedCursor => new("contradicted_cursor", "The store's history is another one at that place: an older copy was put back and written to. Take a snapshot, compare, and go on from this cursor."),
        FeedReset.Redacted => new("redacted", "A redaction took away what this key would need to be told. Take a snapshot, compare, and go on from this cursor."),
        _ => throw new UnreachableException(),
    };

    public static VersionOperation? OperationNamed(string name) => name switch
    {
        "created" => VersionOperation.Created,
        "modified" => VersionOperation.Modified,
        "deleted" => VersionOperation.Deleted,
        _ => null,
    };

    private static string OperationName(HistoryKind kind) => kind switch
    {
        HistoryKind.MemoryCreated or HistoryKind.StoreCreated => "created",
        HistoryKind.MemoryModified => "modified",
        HistoryKind.MemoryDeleted => "deleted",
        HistoryKind.VersionRedacted => "redacted",
        HistoryKind.MemoryConflict => "conflict",
        HistoryKind.StoreUpdated => "updated",
        HistoryKind.StoreArchived => "archived",
        _ => throw new UnreachableException(),
    };

    private static string OperationName(VersionOperation operation) => operation switch
    {
        VersionOperation.Created => "created",
        VersionOperation.Modified => "modified",
        VersionOperation.Deleted => "deleted",
        _ => throw new UnreachableException(),
    };
}
