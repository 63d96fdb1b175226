namespace MemoryStores.Dreaming;

/// <summary>What a dream reads: a store as of one moment, past sessions, and what it was asked to do with them.</summary>
/// <param name="Memories">The memories of the store, in any order.</param>
/// <param name="Sessions">The sessions, in any order; each event carries its own time.</param>
/// <param name="Instructions">Steering in plain words, see docs/dreams.md; null for none.</param>
public sealed record DreamInput(IReadOnlyList<InputMemory> Memories, IReadOnlyList<InputSession> Sessions, string? Instructions = null);

/// <param name="Path">Where it lives, such as "/notes/roof.md".</param>
/// <param name="Content">Its text.</param>
/// <param name="Version">The id of the version that was read; names it in the ledger.</param>
/// <param name="CreatedAt">When the memory was made.</param>
/// <param name="UpdatedAt">When this version was written: which of two statements is newer stands only here.</param>
public sealed record InputMemory(string Path, string Content, string Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <param name="Id">The session's id.</param>
/// <param name="Title">Its title, or empty.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="Events">Its events in their order.</param>
/// <param name="UserId">Whose session it was (<c>metadata.user_id</c>), where that is known.</param>
public sealed record InputSession(string Id, string Title, DateTimeOffset CreatedAt, IReadOnlyList<InputEvent> Events, string? UserId = null);

/// <summary>Who sent an event. Trust comes from here.</summary>
public enum Sender
{
    User,
    Agent,

    /// <summary>The agent calls a tool: <see cref="InputEvent.Text"/> is the input as JSON.</summary>
    ToolCall,
    ToolResult,
}

/// <param name="Id">The event's id.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="Text">Its text; a tool call's input as JSON.</param>
/// <param name="At">When it was processed.</param>
/// <param name="Tool">A call's tool.</param>
/// <param name="CallId">The call that a result answers.</param>
/// <param name="IsError">A result that tells of a failure.</param>
public sealed record InputEvent(string Id, Sender Sender, string Text, DateTimeOffset At, string? Tool = null, string? CallId = null, bool IsError = false);
