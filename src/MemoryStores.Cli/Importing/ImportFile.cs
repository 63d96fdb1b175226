using MemoryStores.Cli.Transcripts;
using MemoryStores.Client;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Importing;

/// <summary>What an import was asked for.</summary>
internal sealed record ImportOptions
{
    public string? Format { get; init; }
    public bool Lenient { get; init; }
    public bool DryRun { get; init; }

    /// <summary>The one session that everything goes into; null makes one for each transcript.</summary>
    public string? Session { get; init; }
}

/// <summary>
/// The import of one file, which is read twice: 1. look: the format, the transcripts and their titles, every bad line; 2. refuse the file,
/// or send: each event under its id to its session, so that what was sent before is not recorded again. Killed at any moment, the same
/// import goes on.
/// </summary>
internal sealed class ImportFile(MemoryStoresClient client, ImportedSessions sessions, ImportOptions options, Action<int> advanced)
{
    public async Task<ImportOutcome> RunAsync(TranscriptPath path, CancellationToken stop)
    {
        var outcome = new ImportOutcome(path.Path);
        // Neither has a pipe, a socket or a device a length, and opening one may wait for ever.
        if (new FileInfo(path.Path) is { Exists: true, Length: 0 })
        {
            (outcome.End, outcome.Why) = (ImportEnd.Ignored, "is empty, or no ordinary file");
            return outcome;
        }
        FileStream stream;
        try
        {
            stream = File.OpenRead(path.Path);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            (outcome.End, outcome.Why) = (ImportEnd.Refused, closed.Message);
            return outcome;
        }
        await using (stream)
        {
            var (length, changed) = (stream.Length, Timestamp.Microseconds(File.GetLastWriteTimeUtc(path.Path)));
            var looked = Open(stream, length, options.Format, path, changed);
            outcome.Format = looked.Format;
            if (looked.Format is null)
            {
                outcome.End = path.WasNamed ? ImportEnd.Refused : ImportEnd.Ignored;
                outcome.Why = $"shows none of the formats {string.Join(", ", TranscriptFormat.All)}; name one with --format if it is one";
                return outcome;
            }
            Look(looked, outcome, stop); // 1.
            if (outcome.BadLines > 0 && !options.Lenient)
            {
                outcome.End = ImportEnd.Refused;
                return outcome;
            }
            if (options.DryRun)
                foreach (var transcript in looked.Transcripts) Tell(outcome, transcript, options.Session ?? sessions.Find(looked.Format, transcript), wasMade: false);
            else await SendAsync(Open(stream, length, looked.Format, path, changed), looked.Transcripts, path, outcome, stop); // 2.
        }
        return outcome;
    }

    private static TranscriptFile Open(FileStream stream, long length, string? format, TranscriptPath path, long changed)
    {
        stream.Position = 0;
        return new TranscriptFile(stream, length, format, Path.GetFileName(path.Path), path.Place, changed);
    }

    private void Look(TranscriptFile file, ImportOutcome outcome, CancellationToken stop)
    {
        foreach (var record in file.Records())
        {
            stop.ThrowIfCancellationRequested();
            if (record.Bad is { } bad) outcome.Add(bad);
            outcome.Events += record.Events.Count;
            outcome.Shortened += record.Shortened;
            if (options.DryRun) advanced(record.Events.Count);
        }
    }

    private async Task SendAsync(TranscriptFile file, IReadOnlyList<TranscriptFacts> known, TranscriptPath path, ImportOutcome outcome, CancellationToken stop)
    {
        var (batches, found) = (new EventBatches(client), new Dictionary<int, string>());
        try
        {
            foreach (var record in file.Records())
            {
                foreach (var one in record.Events)
                {
                    if (!found.TryGetValue(one.Transcript, out var session))
                    {
                        var transcript = known[one.Transcript];
                        var target = options.Session is { } given
                            ? new ImportedSession(given, WasMade: false)
                            : await sessions.FindOrMakeAsync(file.Format!, transcript, Path.GetFileName(path.Path), stop);
                        found.Add(one.Transcript, session = target.Id);
                        Tell(outcome, transcript, session, target.WasMade);
                    }
                    await batches.AddAsync(session, one, stop);
                }
                advanced(record.Events.Count);
            }
            await batches.SendAllAsync(stop);
        }
        catch (ApiException refused) when (refused.Status is 400 or 409 or 413)
        {
            (outcome.End, outcome.Why) = (ImportEnd.Refused, $"was refused by the server{(batches.Recorded > 0 ? " at its end" : "")}: {refused.Message}");
        }
        outcome.Recorded = batches.Recorded;
    }

    private static void Tell(ImportOutcome outcome, TranscriptFacts transcript, string? session, bool wasMade) =>
        outcome.Transcripts.Add(new ImportedTranscript(transcript.OriginalId, transcript.Title, session, wasMade));
}
