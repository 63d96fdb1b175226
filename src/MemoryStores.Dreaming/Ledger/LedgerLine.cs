namespace MemoryStores.Dreaming.Ledger;

/// <summary>What became of a statement.</summary>
public enum Fate
{
    /// <summary>Stands in the output, word for word.</summary>
    Kept,

    /// <summary>Said again by the statement it points to.</summary>
    Merged,

    /// <summary>No longer true: replaced by what it points to, or taken back by its evidence.</summary>
    Superseded,

    /// <summary>Taken from a transcript into the output.</summary>
    Promoted,

    /// <summary>Left out for its owner to look at.</summary>
    SetAside,
}

/// <summary>Whose word it is, from the sender.</summary>
public enum Trust
{
    User,
    Agent,
    Tool,
    Imported,
    Memory,
}

/// <summary>Where a statement stood: bytes of a version of a memory, or of an event of a session.</summary>
public abstract record Origin(int Start, int End)
{
    public sealed record OfMemory(string Version, string Path, int Start, int End) : Origin(Start, End);

    public sealed record OfEvent(string Session, string Event, int Start, int End) : Origin(Start, End);
}

/// <summary>Bytes of a memory of the output.</summary>
public sealed record Place(string Path, int Start, int End);

/// <summary>One statement's fate: where it came from, where it went, on whose word and why.</summary>
public sealed record LedgerLine(
    string Id, Origin From, Fate Fate, IReadOnlyList<Place> To, IReadOnlyList<Origin.OfEvent> Evidence, string Reason, Trust Trust);
