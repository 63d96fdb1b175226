using System.Globalization;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Dreaming.Mining;

namespace MemoryStores.Dreaming.Writing;

/// <summary>Makes the output store and its ledger from the drafts: files as decided, the new file or files, the index last.</summary>
internal sealed class DreamWriter(string dreamer, IReadOnlyList<MemoryDraft> drafts, IReadOnlyList<NewMemory> made, IReadOnlySet<string> linked, Masks masks, IReadOnlyList<string> sessions)
{
    private readonly Dictionary<MemoryDraft, RenderedMemory?> rendered = [];
    private readonly List<(NewMemory Memory, RenderedMemory Rendered)> added = [];
    private readonly List<LedgerLine> ledger = [];
    private int number;

    public (List<OutputMemory> Memories, List<LedgerLine> Ledger) Write(IReadOnlyList<(Claim Claim, string Reason)> setAside, Action<DreamStep>? progress)
    {
        var isListed = (made.Count > 0 || drafts.Any(draft => draft.IsTouched)) && Sources.Extend(drafts, sessions);
        foreach (var draft in drafts.Where(draft => !draft.IsIndex)) Render(draft);
        foreach (var memory in made) added.Add((memory, RenderedMemory.New(memory.Path, Head(memory, !isListed && memory == made[0]), memory.Additions)));
        progress?.Invoke(DreamStep.Index);
        IndexFile.Clear(drafts, [.. rendered.Where(pair => pair.Value is null).Select(pair => pair.Key.Memory.Path)]);
        foreach (var draft in drafts.Where(draft => draft.IsIndex)) Render(draft);
        var isChanged = added.Count > 0 || drafts.Any(draft => draft.IsTouched);
        var index = isChanged ? IndexFile.Complete(dreamer, rendered, [.. added.Select(each => each.Rendered)]) : null;
        var memories = rendered.Values.OfType<RenderedMemory>().Concat(added.Select(each => each.Rendered)).ToDictionary(each => each.Path, each => each.Content, StringComparer.Ordinal);
        if (index is var (path, content)) memories[path] = content;

        foreach (var draft in drafts) WriteLines(draft);
        foreach (var (memory, file) in added) foreach (var addition in memory.Additions) Promoted(addition, file);
        foreach (var (claim, reason) in setAside)
            ledger.Add(new LedgerLine(NextId(), OriginOf(claim), Fate.SetAside, [], [], reason, claim.Trust));
        return ([.. memories.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new OutputMemory(pair.Key, pair.Value))], ledger);
    }

    private void Render(MemoryDraft draft) =>
        rendered[draft] = draft.IsTouched ? RenderedMemory.Of(draft, linked.Contains(draft.Memory.Path)) : Unchanged(draft);

    private static RenderedMemory Unchanged(MemoryDraft draft)
    {
        var same = new RenderedMemory { Path = draft.Memory.Path };
        same.Replace(draft.Memory.Content);
        for (var i = 0; i < draft.Statements.Count; i++) same.Statements[i] = (draft.Statements[i].Start, draft.Statements[i].End);
        return same;
    }

    /// <summary>One file of the dream lists its sessions, the others say since when.</summary>
    private string Head(NewMemory memory, bool listsSessions)
    {
        var since = memory.Additions.Min(addition => addition.Claim.Session.CreatedAt).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return $"---\ndream: {dreamer}\n{(listsSessions ? Sources.Line(sessions) : $"sources: sessions since {since}")}\n---\n\n# {memory.Title}\n\n";
    }

    private void WriteLines(MemoryDraft draft)
    {
        var offsets = new ByteOffsets(draft.Memory.Content);
        for (var i = 0; i < draft.Statements.Count; i++)
        {
            var (statement, fate) = (draft.Statements[i], draft.Fates[i]);
            var start = offsets.Of(statement.Start);
            var from = new Origin.OfMemory(draft.Memory.Version, draft.Memory.Path, start, offsets.Of(statement.End));
            var to = PlaceOf(draft, i) ?? HeirOf(fate);
            ledger.Add(new LedgerLine(NextId(), from, fate.Fate, to is null ? [] : [to], [.. fate.Evidence.Select(OriginOf).Distinct()], fate.Reason, Trust.Memory));
            // What a session put in its place is promoted to the same place.
            if (fate.Replacement is not null && to is not null && fate.Evidence.Count > 0)
                ledger.Add(new LedgerLine(NextId(), OriginOf(fate.Evidence[0]), Fate.Promoted, [to], [], fate.Reason, fate.Evidence[0].Trust));
        }
        if (rendered[draft] is { } file) foreach (var addition in draft.Additions) Promoted(addition, file);
    }

    private void Promoted(Addition addition, RenderedMemory file)
    {
        var (start, end) = file.Additions[addition];
        ledger.Add(new LedgerLine(
            NextId(), OriginOf(addition.Claim), Fate.Promoted, [Place(file, start, end)], [.. addition.Evidence.Select(OriginOf).Distinct()], addition.Reason, addition.Claim.Trust));
    }

    /// <summary>Where a statement's heir stands; an heir that went on into another is followed.</summary>
    private Place? HeirOf(StatementFate fate)
    {
        if (fate.HeirAdded is { } addition)
        {
            foreach (var file in rendered.Values.OfType<RenderedMemory>().Concat(added.Select(each => each.Rendered)))
                if (file.Additions.TryGetValue(addition, out var range)) return Place(file, range.Start, range.End);
        }
        for (var steps = 0; fate.Heir is { } heir && steps < 8; steps++)
        {
            if (PlaceOf(heir.Draft, heir.Statement) is { } place) return place;
            fate = heir.Draft.Fates[heir.Statement];
        }
        return null;
    }

    private Place? PlaceOf(MemoryDraft draft, int statement) =>
        rendered[draft] is { } file && file.Statements.TryGetValue(statement, out var range) ? Place(file, range.Start, range.End) : null;

    private static Place Place(RenderedMemory file, int start, int end)
    {
        var offsets = new ByteOffsets(file.Content);
        var first = offsets.Of(start);
        return new Place(file.Path, first, offsets.Of(end));
    }

    private Origin.OfEvent OriginOf(Claim claim)
    {
        var (text, first, last) = masks.Original(claim.Session.Id, claim.Event, claim.Start, claim.End);
        var offsets = new ByteOffsets(text);
        var start = offsets.Of(first);
        return new Origin.OfEvent(claim.Session.Id, claim.Event.Id, start, offsets.Of(last));
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"l{++number}");
}

/// <summary>A memory that the dream makes.</summary>
internal sealed record NewMemory(string Path, string Title, IReadOnlyList<Addition> Additions);
