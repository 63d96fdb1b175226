using System.Diagnostics.CodeAnalysis;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine;

/// <summary>How an operation ended: done with its value, or refused for a stated reason. Broken promises are thrown instead.</summary>
public abstract record Outcome<T>
{
    private Outcome() { }

    public sealed record Done(T Value) : Outcome<T>;

    public sealed record Refused(Refusal Why) : Outcome<T>;

    /// <summary>The value where it is done, else why not: for operations that go on with it.</summary>
    public bool IsDone([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Refusal? why)
    {
        (value, why) = this is Done done ? (done.Value, (Refusal?)null) : (default(T?), ((Refused)this).Why);
        return why is null;
    }

    public static implicit operator Outcome<T>(T value) => new Done(value);

    public static implicit operator Outcome<T>(Refusal why) => new Refused(why);
}
