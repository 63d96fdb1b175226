namespace MemoryStores.Dreaming.Language;

internal enum ValueKind
{
    Date,
    Time,
    Money,
    Percent,
    Duration,
    Days,
    Version,
    Hash,
    Address,
    Weekday,
    Number,
}

/// <summary>A value as a text writes it, and the one way to write it, in which equal values are equal.</summary>
internal readonly record struct Value(ValueKind Kind, string Canonical, int Start, int End)
{
    public bool Equals(ValueKind kind, string canonical) => Kind == kind && Canonical == canonical;

    public bool IsSame(Value other) => Kind == other.Kind && Canonical == other.Canonical;
}
