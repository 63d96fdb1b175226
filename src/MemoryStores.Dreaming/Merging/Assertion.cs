using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Writing;

namespace MemoryStores.Dreaming.Merging;

/// <summary>That something is so: a statement of the store, or a claim of a session.</summary>
internal sealed class Assertion
{
    public required Frame Frame { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it stands in the store; null for a claim.</summary>
    public Home? Home { get; init; }

    /// <summary>Who said it; null for a statement of the store.</summary>
    public Claim? Claim { get; init; }

    /// <summary>It says of itself that it is new: such a statement takes another's place more readily.</summary>
    public bool IsMarked { get; init; }
}

/// <summary>A statement in its memory, and where its text begins behind a list marker.</summary>
internal sealed record Home(MemoryDraft Draft, int Statement, int TextOffset);
