using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Dreaming;

/// <summary>What a dream made: the whole store as it should be, a line for each statement, and what is worth telling its owner.</summary>
public sealed record DreamOutput(IReadOnlyList<OutputMemory> Memories, IReadOnlyList<LedgerLine> Ledger, DreamReport Report);

public sealed record OutputMemory(string Path, string Content);

/// <summary>The dream in figures and remarks.</summary>
public sealed record DreamReport
{
    /// <summary>Which dreamer wrote the store.</summary>
    public required string Dreamer { get; init; }

    public required int Kept { get; init; }
    public required int Merged { get; init; }
    public required int Superseded { get; init; }
    public required int Promoted { get; init; }
    public required int SetAside { get; init; }

    /// <summary>Secrets that were masked before anything else saw the transcripts.</summary>
    public required int Masked { get; init; }

    /// <summary>Sentences of the instructions that were not understood, and so not followed.</summary>
    public required IReadOnlyList<string> NotUnderstood { get; init; }

    /// <summary>Whether the output is the input, byte for byte. A dream with nothing to do is a success.</summary>
    public required bool IsUnchanged { get; init; }
}
