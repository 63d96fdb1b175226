using MemoryStores.Cli.Transcripts;

namespace MemoryStores.Cli.Importing;

/// <summary>How a file's import ended.</summary>
internal enum ImportEnd
{
    /// <summary>All that could be read of it is in its sessions.</summary>
    Imported,

    /// <summary>Nothing of it was imported.</summary>
    Refused,

    /// <summary>It was found in a directory and is something else.</summary>
    Ignored,
}

/// <summary>A transcript of a file and the session it is in; no session yet where nothing was changed.</summary>
internal sealed record ImportedTranscript(string OriginalId, string? Title, string? Session, bool WasMade);

/// <summary>What became of one file.</summary>
internal sealed record ImportOutcome(string File)
{
    // A file of another kind has nothing but bad lines.
    public const int BadLinesKept = 100;

    public ImportEnd End { get; set; }
    public string? Format { get; set; }
    public long Events { get; set; }
    public long Recorded { get; set; }
    public long Shortened { get; set; }
    public long BadLines { get; set; }

    /// <summary>The first of the bad lines.</summary>
    public List<BadLine> Bad { get; } = [];

    /// <summary>Why it was refused or ignored, where no line is to blame.</summary>
    public string? Why { get; set; }

    public List<ImportedTranscript> Transcripts { get; } = [];

    public void Add(BadLine bad)
    {
        BadLines++;
        if (Bad.Count < BadLinesKept) Bad.Add(bad);
    }
}
