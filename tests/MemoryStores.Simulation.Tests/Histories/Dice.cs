namespace MemoryStores.Simulation.Tests.Histories;

/// <summary>
/// Chooses steps. Paths and contents come from small sets, so that clients meet: paths lie above and below each other, contents
/// repeat and are shared between stores, ids of the deleted are used again.
/// </summary>
internal sealed class Dice(Random random)
{
    /// <summary>Content that fills most of a page of the database.</summary>
    public static readonly string Long = new('x', 700);

    /// <summary>Content that spills into pages of its own.</summary>
    public static readonly string Longer = new('y', 5_000);

    private static readonly string[] Paths =
        ["/a", "/a/b", "/a/b/c", "/b", "/b/a", "/c.md", "/c", "/c/d e", "/ab", "/a.b", "/\ufb01x", "/\U0001F600", "/\U0001F600/z", "/z\u00e9"];

    private static readonly string[] Contents = ["", "one", "two", "three", "one\n", "\0", "secret long text ", Long, Longer];

    public Step Next(Names names, int step) => random.Next(100) switch
    {
        _ when names.Count('s') == 0 || step < 2 => new Step.MakeStore($"store {step}"),
        < 2 => new Step.MakeStore($"store {random.Next(5)}"),
        < 4 => new Step.ChangeStore(Store(names), Maybe() ? $"name {random.Next(3)}" : null, Maybe() ? $"note {random.Next(3)}" : null),
        < 5 => new Step.Archive(Store(names)),
        < 7 => new Step.DropStore(Store(names)),
        < 27 => new Step.Create(Store(names), Path(), Content()),
        < 47 => new Step.Update(Store(names), Memory(names), Maybe() ? Content() : null, Seldom() ? Path() : null, Seldom() ? Content() : null),
        < 53 => new Step.Delete(Store(names), Memory(names), Seldom() ? Content() : null),
        < 73 => Commit(names),
        < 82 => new Step.Redact(Store(names), random.Next(names.Count('v') + 1)),
        < 89 => new Step.Look(Store(names), random.Next(3) switch { 0 => "/", 1 => "/a/", _ => "/c/" }, Maybe(), random.Next(1, 6)),
        < 95 => new Step.LookAtVersions(Store(names), Maybe() ? Memory(names) : null, random.Next(1, 6), Seldom() ? "/a/" : null),
        < 99 => new Step.Wait(random.Next(-200, 2_000)),
        _ => new Step.Crash(),
    };

    /// <summary>
    /// Steps of several clients at once. Only changes, since a read may come before or after them; and no deletion of a store,
    /// since a second one's answer depends on whether the first's erasure is done.
    /// </summary>
    public List<Step> Together(Names names, int step) =>
        [.. Enumerable.Range(0, 40).Select(_ => Next(names, step))
            .Where(one => one is not (Step.DropStore or Step.Look or Step.LookAtVersions or Step.Wait or Step.Crash)).Take(random.Next(2, 12))];

    private Step.Commit Commit(Names names)
    {
        var parts = new List<Part>();
        for (var i = random.Next(1, 6); i > 0; i--) parts.Add(Part(names, parts.Count));
        return new Step.Commit(Store(names), Maybe() ? $"commit-{random.Next(40)}" : null, Maybe(), parts);
    }

    private Part Part(Names names, int index)
    {
        var kind = random.Next(5) switch { 0 => "create", 1 => "update", 2 => "append", 3 => "rename", _ => "delete" };
        if (kind == "create") return new Part(kind, 0, null, Path(), Content(), null, null, Contradicted(names));
        var target = random.Next(3);
        return new Part(kind,
            target == 0 && index > 0 ? -1 - random.Next(index) : Memory(names),
            target == 1 ? Path() : null,
            kind is "rename" || (kind is "update" && Seldom()) ? Path() : null,
            kind is "update" or "append" ? Content() : null,
            Seldom() ? random.Next(names.Count('v') + 1) : null,
            index > 0 && Seldom() ? random.Next(index) : null,
            kind is "update" ? Contradicted(names) : null);
    }

    private int? Contradicted(Names names) => Seldom() ? random.Next(names.Count('v') + 1) : null;

    private int Store(Names names) => random.Next(Math.Max(0, names.Count('s') - 4), names.Count('s'));

    private int Memory(Names names) => random.Next(Math.Max(0, names.Count('m') - 20), names.Count('m') + 1);

    private string Path() => Paths[random.Next(Paths.Length)];

    private string Content() => Contents[random.Next(Contents.Length)];

    private bool Maybe() => random.Next(2) == 0;

    private bool Seldom() => random.Next(5) == 0;
}
