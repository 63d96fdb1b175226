using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine;

/// <summary>How an operation ended: done with its value, or refused for a stated reason. Broken promises are thrown instead.</summary>
public abstract record Outcome<T>
{
    private Outcome() { }

    public sealed record Done(T Value) : Outcome<T>;

    public sealed record Refused(Refusal Why) : Outcome<T>;

    public static implicit operator Outcome<T>(T value) => new Done(value);

    public static implicit operator Outcome<T>(Refusal why) => new Refused(why);
}
