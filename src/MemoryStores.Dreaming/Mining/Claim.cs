using MemoryStores.Dreaming.Language;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Dreaming.Mining;

/// <summary>What a sender does by saying something.</summary>
internal enum Act
{
    /// <summary>Says how things are.</summary>
    State,

    /// <summary>Says how things are from now on.</summary>
    Change,

    /// <summary>Says that something is no more, and names nothing in its place.</summary>
    Retract,

    /// <summary>Says that something is not so.</summary>
    Deny,

    /// <summary>Muses, asks, plans: nothing is decided.</summary>
    Hedge,
    Question,

    /// <summary>Speaks of how other people have it.</summary>
    Others,

    /// <summary>Passes on somebody else's words.</summary>
    Quote,

    /// <summary>Asks for something to be done.</summary>
    Task,
}

/// <summary>One thing that somebody said, from one or a few sentences of one event.</summary>
internal sealed class Claim
{
    public required Act Act { get; init; }

    /// <summary>All of it, as it was said, masked.</summary>
    public required string Said { get; init; }

    /// <summary>What it says, without how it is introduced.</summary>
    public string Core => core ??= reading!.Value.Core;

    public required Frame Frame { get; init; }
    public Frame CoreFrame => coreFrame ??= reading!.Value.Frame;

    private string? core;
    private Frame? coreFrame;
    private readonly Lazy<(string Core, Frame Frame)>? reading;

    /// <summary>The core, known.</summary>
    public string Telling { init => (core, coreFrame) = (value, Frame); }

    /// <summary>The core, read when somebody asks for it: most of what is said is dropped before.</summary>
    public Lazy<(string Core, Frame Frame)> Reading { init => reading = value; }
    public required InputSession Session { get; init; }
    public required InputEvent Event { get; init; }

    /// <summary>Characters of the event's text.</summary>
    public required int Start { get; init; }
    public required int End { get; init; }

    public required Trust Trust { get; init; }

    /// <summary>It contradicts what the other side said just before.</summary>
    public bool IsCorrection { get; init; }

    /// <summary>It asks to be remembered, or says that it is settled.</summary>
    public bool IsForTheRecord { get; init; }

    /// <summary>The agent says that it checked, or what came of a call.</summary>
    public bool IsFinding { get; init; }

    /// <summary>It says that something is as it was before.</summary>
    public bool IsReturn { get; init; }

    /// <summary>It tells what came of a call that failed, and is worth keeping whatever it sounds like.</summary>
    public bool IsLesson { get; init; }

    public DateTimeOffset At => Event.At;
}
