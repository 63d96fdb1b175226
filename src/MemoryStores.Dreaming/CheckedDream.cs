using MemoryStores.Dreaming.Checking;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Statements;

namespace MemoryStores.Dreaming;

/// <summary>A dream and what the checker has against it; with flaws it is not to be published.</summary>
public sealed record CheckedDream(DreamOutput Output, IReadOnlyList<string> Flaws)
{
    public static CheckedDream Run(IDreamer dreamer, DreamInput input, Action<DreamStep>? progress = null, CancellationToken stop = default)
    {
        var output = dreamer.Dream(input, progress, stop);
        return new CheckedDream(output, LedgerChecker.Check(input, output.Memories, output.Ledger));
    }

    /// <summary>The store as it was, every statement kept: what stands in for a dream that was refused.</summary>
    public static DreamOutput Unchanged(DreamInput input)
    {
        var ledger = new List<LedgerLine>();
        foreach (var memory in input.Memories.OrderBy(memory => memory.Path, StringComparer.Ordinal))
        {
            var offsets = new ByteOffsets(memory.Content);
            foreach (var statement in MemoryStatements.Of(memory.Content))
            {
                var start = offsets.Of(statement.Start);
                var end = offsets.Of(statement.End);
                ledger.Add(new LedgerLine(
                    FormattableString.Invariant($"l{ledger.Count + 1}"), new Origin.OfMemory(memory.Version, memory.Path, start, end), Fate.Kept, [new Place(memory.Path, start, end)], [], "", Trust.Memory));
            }
        }
        return new DreamOutput(
            [.. input.Memories.OrderBy(memory => memory.Path, StringComparer.Ordinal).Select(memory => new OutputMemory(memory.Path, memory.Content))], ledger,
            new DreamReport { Dreamer = "none", Kept = ledger.Count, Merged = 0, Superseded = 0, Promoted = 0, SetAside = 0, Masked = 0, NotUnderstood = [], IsUnchanged = true });
    }
}
