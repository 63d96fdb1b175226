namespace MemoryStores.Simulation.Tests.Histories;

/// <summary>What a client does next, in numbers that mean the same in every world.</summary>
internal abstract record Step
{
    public sealed record MakeStore(string Name) : Step;

    public sealed record ChangeStore(int Store, string? Name, string? Note) : Step;

    public sealed record Archive(int Store) : Step;

    public sealed record DropStore(int Store) : Step;

    public sealed record Create(int Store, string Path, string Content) : Step;

    public sealed record Update(int Store, int Memory, string? Content, string? Path, string? IfContent) : Step;

    public sealed record Delete(int Store, int Memory, string? IfContent) : Step;

    public sealed record Commit(int Store, string? Id, bool Atomic, IReadOnlyList<Part> Parts) : Step
    {
        public override string ToString() => $"Commit {{ Store = {Store}, Id = {Id}, Atomic = {Atomic}, Parts = {string.Join(" | ", Parts)} }}";
    }

    public sealed record Redact(int Store, int Version) : Step;

    public sealed record Look(int Store, string Prefix, bool Direct, int Limit) : Step;

    public sealed record LookAtVersions(int Store, int? Memory, int Limit, string? Prefix) : Step;

    /// <summary>The clock moves, now and then backwards.</summary>
    public sealed record Wait(int Milliseconds) : Step;

    /// <summary>The process ends without a word, and another starts on what the disk holds.</summary>
    public sealed record Crash : Step;
}

/// <summary>One change of a commit. Target: a memory's number, a path, or an earlier part as -1 - its index.</summary>
internal sealed record Part(string Kind, int Memory, string? At, string? Path, string? Content, int? IfVersion, int? AfterPart, int? ConflictWith = null);
