using System.Diagnostics;

namespace MemoryStores.Contract;

/// <summary>What a writer believes about the head of a memory. A value that can judge, so a race is decided in one place.</summary>
public abstract record Precondition
{
    private Precondition() { }

    /// <summary>Whatever the head is.</summary>
    public sealed record Anything : Precondition;

    /// <summary>The official endpoints': the head has this content.</summary>
    public sealed record ContentIs(ContentDigest Digest) : Precondition;

    /// <summary>A commit's: the head is this very version, even where another has the same bytes.</summary>
    public sealed record VersionIs(VersionId Version) : Precondition;

    public static readonly Precondition None = new Anything();

    public bool HoldsFor(VersionId head, ContentDigest digest) => this switch
    {
        Anything => true,
        ContentIs expected => expected.Digest.Equals(digest),
        VersionIs expected => expected.Version == head,
        _ => throw new UnreachableException(),
    };
}
