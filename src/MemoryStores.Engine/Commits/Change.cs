using MemoryStores.Contract;

namespace MemoryStores.Engine.Commits;

/// <summary>One step of a commit. Each names the memory it is about and what it believes about that memory's head.</summary>
public abstract record Change
{
    private Change() { }

    /// <summary>
    /// The version that the content of a create or an update contradicts: written without having been seen, or knowing it and
    /// not containing it. Kept in the history beside the new version.
    /// </summary>
    public VersionId? ConflictWith { get; private init; }

    /// <summary>A new memory; always expects that nothing is at, above or below its path.</summary>
    public sealed record Create(MemoryPath Path, MemoryContent Content) : Change
    {
        public Create Against(VersionId? version) => this with { ConflictWith = version };
    }

    /// <summary>New content, a new path, or both in one version.</summary>
    public sealed record Update(Target Target, MemoryContent? Content, MemoryPath? Path, Expectation Expects) : Change
    {
        public Update Against(VersionId? version) => this with { ConflictWith = version };
    }

    /// <summary>Content put after the head's, whatever it is by then, unless an expectation says otherwise.</summary>
    public sealed record Append(Target Target, MemoryContent More, Expectation Expects) : Change;

    public sealed record Delete(Target Target, Expectation Expects) : Change;
}

/// <summary>Which memory a change is about.</summary>
public abstract record Target
{
    private Target() { }

    public sealed record ById(MemoryId Memory) : Target;

    /// <summary>The memory at this path at this point of the commit.</summary>
    public sealed record AtPath(MemoryPath Path) : Target;

    /// <summary>The memory an earlier change of the same commit was about; counted from 0.</summary>
    public sealed record OfChange(int Index) : Target;
}

/// <summary>What a change believes about the head of its memory.</summary>
public abstract record Expectation
{
    private Expectation() { }

    public sealed record That(Precondition Condition) : Expectation;

    /// <summary>The head is what an earlier change of the same commit left; if that one was refused, so is this.</summary>
    public sealed record LeftBy(int Index) : Expectation;

    public static readonly Expectation Nothing = new That(Precondition.None);
}
