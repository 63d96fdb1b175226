using System.Text.Json;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Sessions;

/// <summary>What to set of a session: null leaves a field, and in the metadata removes a key. A list replaces the whole list.</summary>
public sealed record SessionPatch
{
    public Given<string?>? Title { get; init; }
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }
    public IReadOnlyList<StoredJson>? Tools { get; init; }
    public IReadOnlyList<StoredJson>? McpServers { get; init; }
    public Given<StoredJson?>? Budget { get; init; }

    public Refusal? Flaw() =>
        (Title?.Value is { } title ? FieldRules.FlawIn("title", title, 0, Limits.SessionTitleCharacters) : null)
        ?? (Metadata is null ? null : FieldRules.FlawInPairs(Metadata));
}

/// <summary>Changes what may change of a session, all of the patch or nothing of it, and tells of it by an event.</summary>
public sealed class UpdateSession(IStorageEngine storage)
{
    public ValueTask<Outcome<Session>> RunAsync(Caller caller, SessionId id, SessionPatch patch, CancellationToken stop)
    {
        if (patch.Flaw() is { } flaw) return ValueTask.FromResult<Outcome<Session>>(flaw);
        return storage.RunAsync<Outcome<Session>>(id, async tx =>
        {
            if (!(await tx.FindSessionAsync(caller, id)).IsDone(out var session, out var lack)) return lack;
            if (session.Head.IsOver) return new Refusal.SessionArchived();
            var before = session.Definition;
            if ((patch.Tools ?? patch.McpServers) is not null && session.Head.Status != SessionStatus.Idle) return new Refusal.SessionRunning("given other tools");
            if (patch.Budget?.Value is not null && before.Budget is null) return new Refusal.BudgetCreateOnly();
            var metadata = FieldRules.Patched(before.Metadata, patch.Metadata);
            if (FieldRules.FlawInCount(metadata) is { } tooMany) return tooMany;
            var after = before with
            {
                Title = patch.Title is { } title ? title.Value : before.Title,
                Metadata = metadata,
                Agent = before.Agent with { Tools = patch.Tools ?? before.Agent.Tools, McpServers = patch.McpServers ?? before.Agent.McpServers },
                Budget = patch.Budget is { } budget ? budget.Value : before.Budget,
            };
            if (after.Equals(before)) return session;
            if (after.FlawInSize() is { } tooLarge) return tooLarge;

            await tx.PutSessionAsync(session with { Definition = after });
            var log = new EventLog(tx, session.Head);
            await log.TellAsync(EventTypes.SessionUpdated, Told(before, after));
            await log.CloseAsync();
            return new Session(log.Head, after);
        }, stop);
    }

    /// <summary>The fields that changed, as they are now.</summary>
    private static StoredJson Told(SessionDefinition before, SessionDefinition after)
    {
        var fields = new List<string>();
        if (after.Title != before.Title) fields.Add($"\"title\":{(after.Title is { } title ? EventLog.Quoted(title) : "null")}");
        if (!after.Metadata.SequenceEqual(before.Metadata))
            fields.Add("\"metadata\":{" + string.Join(',', after.Metadata.Select(pair => $"{EventLog.Quoted(pair.Key)}:{EventLog.Quoted(pair.Value)}")) + "}");
        var agent = JsonSerializer.Serialize(after.Agent, DefinitionJson.Stored.SessionAgent);
        if (agent != JsonSerializer.Serialize(before.Agent, DefinitionJson.Stored.SessionAgent)) fields.Add($"\"agent\":{agent}");
        if (after.Budget != before.Budget) fields.Add($"\"budget\":{after.Budget?.Text ?? "null"}");
        return StoredJson.FromStorage("{" + string.Join(',', fields) + "}");
    }
}
