using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Versions;

namespace MemoryStores.Engine.Commits;

/// <summary>Ordered changes to one store, as one commit.</summary>
public sealed record CommitRequest(Caller Caller, StoreId Store, IReadOnlyList<Change> Changes)
{
    /// <summary>Chosen by the client and unique in the store: repeating it returns the first outcome.</summary>
    public string? CommitId { get; init; }

    /// <summary>All or nothing, with paths judged by the state after the last change; else each change stands for itself.</summary>
    public bool Atomic { get; init; } = true;

    /// <summary>The official endpoints' rule: a change that finds its state already there is done, even if its expectation is stale.</summary>
    public bool AlreadyMatchesIsDone { get; init; }

    /// <summary>Whether the outcome shows content that the request did not bring.</summary>
    public bool WithContent { get; init; }
}

/// <summary>What became of a commit.</summary>
public sealed record CommitOutcome(long Seq, bool Repeated, IReadOnlyList<ChangeResult> Results);

/// <summary>What became of one change.</summary>
public abstract record ChangeResult
{
    private ChangeResult() { }

    /// <summary>A new version; the memory as it is now, null after a delete and in a repeated outcome.</summary>
    public sealed record Written(MemoryVersion Version, Memory? Memory) : ChangeResult;

    /// <summary>The state asked for was there already: no version.</summary>
    public sealed record Unchanged(MemoryId MemoryId, VersionId Head, Memory? Memory) : ChangeResult;

    public sealed record Refused(Refusal Why) : ChangeResult;
}

/// <summary>An atomic commit that was refused: by which change, and why. Nothing of it happened.</summary>
public sealed record CommitRefusal(int Change, Refusal Inner) : Refusal(Inner.Status, Inner.Type, Inner.Message);
