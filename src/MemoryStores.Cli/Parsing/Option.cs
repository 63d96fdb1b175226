namespace MemoryStores.Cli;

/// <summary>An option of a command: a flag, or with <see cref="Value"/> one that takes a value.</summary>
internal sealed record Option(string Name, string Help)
{
    /// <summary>What the value is, as help writes it; null for a flag.</summary>
    public string? Value { get; init; }

    /// <summary>One letter with a dash before it.</summary>
    public string? Short { get; init; }

    /// <summary>The only values taken.</summary>
    public string[]? Choices { get; init; }

    public bool MayRepeat { get; init; }

    /// <summary>What a shell completes after it.</summary>
    public Completes Completes { get; init; }
}

/// <summary>A word of a command that is told by its place.</summary>
internal sealed record Argument(string Name, string Help)
{
    public bool IsOptional { get; init; }

    /// <summary>Only the last: takes all words that remain.</summary>
    public bool MayRepeat { get; init; }

    public string[]? Choices { get; init; }
    public Completes Completes { get; init; }

    public override string ToString() => (Name + (MayRepeat ? "..." : "")) is var shown && IsOptional ? $"[{shown}]" : shown;
}

/// <summary>What a shell offers for an argument or an option's value.</summary>
internal enum Completes
{
    Nothing,
    Files,
    Stores,
    Paths,
    Agents,
    Environments,
    Sessions,
    Mounts,
    Commands,
}
