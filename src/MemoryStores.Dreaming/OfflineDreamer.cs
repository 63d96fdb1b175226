using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Merging;
using MemoryStores.Dreaming.Mining;
using MemoryStores.Dreaming.Writing;

namespace MemoryStores.Dreaming;

/// <summary>
/// The dreamer without a model: deterministic text work on one machine. In steps: mask the secrets of the transcripts, read the store,
/// mine the transcripts for claims, settle what holds, write the memories that change, and the index last.
/// </summary>
public sealed class OfflineDreamer : IDreamer
{
    public string Name => "offline";

    public DreamOutput Dream(DreamInput input, Action<DreamStep>? progress = null, CancellationToken stop = default)
    {
        progress?.Invoke(DreamStep.Mask);
        var instructions = Instructions.DreamInstructions.Read(input.Instructions);
        var masks = new Masks();
        var dreamt = Sources.Listed(input.Memories);
        var sessions = Masked(input.Sessions.Where(session => !dreamt.Contains(session.Id)), masks, stop);

        progress?.Invoke(DreamStep.Read);
        var drafts = input.Memories.OrderBy(memory => memory.Path, StringComparer.Ordinal).Select(memory => new MemoryDraft(memory)).ToList();
        var names = new Names();
        foreach (var draft in drafts) names.Learn(draft.Memory.Content, Token.Of(draft.Memory.Content));
        foreach (var session in sessions)
        {
            stop.ThrowIfCancellationRequested();
            foreach (var one in session.Events.Where(one => one.Sender is Sender.User or Sender.Agent)) names.Learn(one.Text, Token.Of(one.Text));
        }
        names.Seal();
        var frames = new FrameReader(names);
        var stated = StoreReader.Read(drafts, frames);

        progress?.Invoke(DreamStep.Mine);
        var mined = new Transcripts(frames).Mine(sessions, stop);

        progress?.Invoke(DreamStep.Settle);
        var settling = new Settling(drafts, stated, mined, instructions, Links.Targets(input.Memories));
        settling.Run(stop);

        progress?.Invoke(DreamStep.Write);
        var writer = new DreamWriter(Name, drafts, settling.Made, settling.Linked, masks, [.. sessions.Select(session => session.Id)]);
        var (memories, ledger) = writer.Write(mined.SetAside, progress);
        return new DreamOutput(memories, ledger, Report(input, memories, ledger, masks.Count, instructions));
    }

    private DreamReport Report(DreamInput input, List<OutputMemory> memories, List<LedgerLine> ledger, int masked, Instructions.DreamInstructions instructions)
    {
        var before = input.Memories.ToDictionary(memory => memory.Path, memory => memory.Content, StringComparer.Ordinal);
        return new DreamReport
        {
            Dreamer = Name,
            Kept = ledger.Count(line => line.Fate == Fate.Kept),
            Merged = ledger.Count(line => line.Fate == Fate.Merged),
            Superseded = ledger.Count(line => line.Fate == Fate.Superseded),
            Promoted = ledger.Count(line => line.Fate == Fate.Promoted),
            SetAside = ledger.Count(line => line.Fate == Fate.SetAside),
            Masked = masked,
            NotUnderstood = instructions.NotUnderstood,
            IsUnchanged = memories.Count == before.Count && memories.All(memory => before.TryGetValue(memory.Path, out var content) && content == memory.Content),
        };
    }

    /// <summary>Sessions in the order of time, whatever order they came in, with every secret masked.</summary>
    private static List<InputSession> Masked(IEnumerable<InputSession> sessions, Masks masks, CancellationToken stop)
    {
        var safe = new List<InputSession>();
        foreach (var session in sessions.OrderBy(session => session.CreatedAt).ThenBy(session => session.Id, StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            safe.Add(session with { Events = [.. session.Events.Select(one => masks.Of(session.Id, one))] });
        }
        return safe;
    }
}
