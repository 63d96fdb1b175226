using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming.Writing;

/// <summary>A memory of the input while the dream decides about it: its statements and their fates, and what is added behind.</summary>
internal sealed class MemoryDraft
{
    public MemoryDraft(InputMemory memory)
    {
        Memory = memory;
        Statements = MemoryStatements.Of(memory.Content);
        Fates = new StatementFate[Statements.Count];
        for (var i = 0; i < Fates.Length; i++) Fates[i] = new StatementFate();
        IsIndex = MemoryKinds.IsIndex(memory.Path);
        IsDreamMade = MemoryKinds.IsDreamMade(memory.Content);
        IsDocument = !IsDreamMade && MemoryKinds.IsDocument(memory.Content, Statements);
    }

    public InputMemory Memory { get; }
    public IReadOnlyList<Statement> Statements { get; }
    public StatementFate[] Fates { get; }

    /// <summary>Statements out of sessions that are put at its end.</summary>
    public List<Addition> Additions { get; } = [];

    public bool IsIndex { get; }
    public bool IsDreamMade { get; }

    /// <summary>Somebody composed it: nothing is added to it or taken from it, at most a stale value is put right.</summary>
    public bool IsDocument { get; }

    public bool IsTouched => Additions.Count > 0 || Fates.Any(fate => fate.Fate != Fate.Kept || fate.Replacement is not null);

    public string TextOf(int statement) => Statements[statement].In(Memory.Content);
}

/// <summary>What becomes of a statement of the input.</summary>
internal sealed class StatementFate
{
    public Fate Fate { get; set; } = Fate.Kept;

    /// <summary>What stands in its place, where it is superseded on the spot.</summary>
    public string? Replacement { get; set; }

    /// <summary>The statement that says it now.</summary>
    public Merging.Home? Heir { get; set; }

    /// <summary>The addition that says it now.</summary>
    public Addition? HeirAdded { get; set; }

    public List<Claim> Evidence { get; } = [];
    public string Reason { get; set; } = "";
}

/// <summary>A statement that the dream adds, and the claims it rests on.</summary>
internal sealed class Addition
{
    public required string Text { get; init; }
    public required Claim Claim { get; init; }
    public List<Claim> Evidence { get; } = [];
    public required string Reason { get; init; }

    /// <summary>The heading it belongs under, in a file that the dream makes; null for none.</summary>
    public string? Section { get; init; }
}
