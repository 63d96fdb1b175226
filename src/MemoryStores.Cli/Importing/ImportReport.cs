using System.Text.Encodings.Web;
using System.Text.Json;

namespace MemoryStores.Cli.Importing;

/// <summary>What an import came to, in words and as JSON.</summary>
internal static class ImportReport
{
    // More would scroll away what matters; --json has them all.
    private const int BadLinesShown = 10;

    /// <summary>A line about a file, and a remark about each thing that is wrong with it.</summary>
    public static void Print(Invocation call, ImportOutcome outcome, bool isDryRun)
    {
        foreach (var bad in outcome.Bad.Take(BadLinesShown)) call.Remark($"{outcome.File}: {bad}");
        if (outcome.BadLines > BadLinesShown) call.Remark($"{outcome.File}: {Readable.Number(outcome.BadLines - BadLinesShown)} more bad lines");
        if (outcome.Why is { } why && outcome.End == ImportEnd.Refused) call.Remark($"{outcome.File} {why}");
        if (outcome.Shortened > 0) call.Remark($"{outcome.File}: {Readable.Number(outcome.Shortened)} events were larger than the server takes; their longest texts were cut, and say so");
        if (call.IsQuiet)
        {
            foreach (var transcript in outcome.Transcripts.Where(transcript => transcript.Session is not null)) call.Print(transcript.Session!);
            return;
        }
        call.Print(PlainText.Of(outcome.End switch
        {
            ImportEnd.Ignored => $"ignored {outcome.File}: {outcome.Why}",
            ImportEnd.Refused => $"refused {outcome.File}",
            _ => $"{(isDryRun ? "would import" : "imported")} {outcome.File} ({outcome.Format}): {Numbers(outcome, isDryRun)}, {Sessions(outcome, isDryRun)}",
        }));
    }

    /// <summary>All of it in one sentence.</summary>
    public static string Sum(IReadOnlyCollection<ImportOutcome> outcomes, bool isDryRun)
    {
        var made = outcomes.SelectMany(outcome => outcome.Transcripts).Where(transcript => transcript.WasMade).Select(transcript => transcript.Session).Distinct().Count();
        var counted = $"{Readable.Count(outcomes.Count, "file")}: {Readable.Number(outcomes.Where(outcome => outcome.End == ImportEnd.Imported).Sum(outcome => outcome.Events))} events";
        return isDryRun
            ? $"dry run: {counted}, nothing was changed"
            : $"{counted}, {Readable.Number(outcomes.Sum(outcome => outcome.Recorded))} of them new, {Readable.Count(made, "session")} made"
              + (outcomes.Count(outcome => outcome.End == ImportEnd.Refused) is > 0 and var refused ? $", {Readable.Count(refused, "file")} refused" : "");
    }

    public static byte[] Json(IReadOnlyCollection<ImportOutcome> outcomes)
    {
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data"u8);
            foreach (var outcome in outcomes) Write(writer, outcome);
            writer.WriteEndArray();
            writer.WriteNumber("files"u8, outcomes.Count);
            writer.WriteNumber("events"u8, outcomes.Sum(outcome => outcome.Events));
            writer.WriteNumber("recorded"u8, outcomes.Sum(outcome => outcome.Recorded));
            writer.WriteNumber("refused"u8, outcomes.Count(outcome => outcome.End == ImportEnd.Refused));
            writer.WriteEndObject();
        }
        return written.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, ImportOutcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("file"u8, outcome.File);
        writer.WriteString("status"u8, outcome.End switch { ImportEnd.Imported => "imported", ImportEnd.Refused => "refused", _ => "ignored" });
        writer.WriteString("reason"u8, outcome.Why);
        writer.WriteString("format"u8, outcome.Format);
        writer.WriteNumber("events"u8, outcome.Events);
        writer.WriteNumber("recorded"u8, outcome.Recorded);
        writer.WriteNumber("shortened_events"u8, outcome.Shortened);
        writer.WriteNumber("bad_line_count"u8, outcome.BadLines);
        writer.WriteStartArray("bad_lines"u8);
        foreach (var bad in outcome.Bad)
        {
            writer.WriteStartObject();
            writer.WriteNumber("line"u8, bad.Line);
            writer.WriteString("reason"u8, bad.Why);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("sessions"u8);
        foreach (var transcript in outcome.Transcripts)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, transcript.Session);
            writer.WriteString("original_id"u8, transcript.OriginalId);
            writer.WriteString("title"u8, transcript.Title);
            writer.WriteBoolean("is_new"u8, transcript.WasMade);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Numbers(ImportOutcome outcome, bool isDryRun) =>
        $"{Readable.Number(outcome.Events)} events"
        + (isDryRun ? "" : $", {Readable.Number(outcome.Recorded)} new")
        + (outcome.BadLines > 0 ? $", {Readable.Number(outcome.BadLines)} bad lines skipped" : "");

    private static string Sessions(ImportOutcome outcome, bool isDryRun) => outcome.Transcripts switch
    {
        [] => "no session",
        [{ Session: null }] => "a new session",
        [var only] => $"{only.Session}{(only.WasMade ? " (new)" : "")}",
        var many when isDryRun => $"{Readable.Number(many.Count(transcript => transcript.Session is null))} new sessions and {Readable.Number(many.Count(transcript => transcript.Session is not null))} known ones",
        var many => $"{Readable.Count(many.Count, "session")}, {Readable.Number(many.Count(transcript => transcript.WasMade))} of them new",
    };
}
