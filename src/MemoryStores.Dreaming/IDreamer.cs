namespace MemoryStores.Dreaming;

/// <summary>
/// The seam between a dream's job and what thinks it through. A dreamer reads nothing but its input and writes nothing: the job
/// takes the snapshot before, has the ledger checked after, and publishes. Called again with the same input it answers the same.
/// </summary>
public interface IDreamer
{
    /// <summary>Told in the report and in the front matter of files that the dream makes.</summary>
    string Name { get; }

    /// <summary>
    /// Dreams. <paramref name="progress"/> hears each step as it begins, once per step, in the order of <see cref="DreamStep"/>.
    /// Throws <see cref="OperationCanceledException"/> soon after <paramref name="stop"/>; nothing has happened then.
    /// </summary>
    DreamOutput Dream(DreamInput input, Action<DreamStep>? progress = null, CancellationToken stop = default);
}

/// <summary>The steps of a dream, in order.</summary>
public enum DreamStep
{
    Mask,
    Read,
    Mine,
    Settle,
    Write,
    Index,
}
