namespace MemoryStores.Mount.Journaling;

/// <summary>What a record of the journal says. The numbers are on disk: they stay, and new ones come behind.</summary>
internal enum RecordKind : byte
{
    /// <summary>The first one: format, server, store, author, when it was begun.</summary>
    Header = 1,

    /// <summary>What stands before this is the whole state when the file was begun: only from here on is it good.</summary>
    Complete = 2,

    /// <summary>A file has unsaved content, and all of it.</summary>
    Begun = 3,

    Written = 4,
    Resized = 5,

    /// <summary>A descriptor was closed, or the file's times were set.</summary>
    Marked = 6,

    /// <summary>Its last writer is gone.</summary>
    Closed = 7,

    /// <summary>The file's path or memory is another now.</summary>
    Described = 8,

    /// <summary>A write failed; a part of the content is missing.</summary>
    Torn = 9,

    /// <summary>The file has no unsaved content any more, and nobody wants it.</summary>
    Ended = 10,

    /// <summary>Changes for the server, in order; of a change that is known already: what it is now.</summary>
    Queued = 11,

    /// <summary>These changes go before all others, in this order.</summary>
    Front = 12,

    /// <summary>A commit that is sent, and its changes exactly as the server gets them.</summary>
    Sent = 13,

    /// <summary>Changes of which nothing is to be sent any more, and what they came to.</summary>
    Done = 14,

    /// <summary>Content that cannot be a memory and has no file: a draft aside.</summary>
    Aside = 15,

    /// <summary>A file's content cannot be a memory as it is, and why.</summary>
    Drafted = 16,
}

/// <summary>What last changed a file's content.</summary>
internal enum LastChange : byte
{
    /// <summary>Its bytes or its size, by somebody who said so.</summary>
    Content = 0,

    /// <summary>It was made, and nothing was written.</summary>
    Creation = 1,

    /// <summary>It was opened with O_TRUNC, and nothing was written.</summary>
    Truncation = 2,
}

/// <summary>Where the content of a queued save is.</summary>
internal enum ContentSource : byte
{
    /// <summary>Nowhere: it is a rename or a delete; or as it was said before.</summary>
    None = 0,

    /// <summary>It is the unsaved content of a file, which has none any more.</summary>
    File = 1,

    /// <summary>In the record.</summary>
    Inline = 2,

    /// <summary>It is that of a version.</summary>
    Version = 3,
}

/// <summary>Where the content is that a save starts from.</summary>
internal enum BasisSource : byte
{
    Unknown = 0,
    Version = 1,
    Inline = 2,
    Change = 3,
}
