using System.Collections.Concurrent;
using MemoryStores.Cli.Transcripts;
using MemoryStores.Client;
using MemoryStores.Client.Sending;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Importing;

/// <summary>A session that a transcript is in, and whether this import made it.</summary>
internal sealed record ImportedSession(string Id, bool WasMade);

/// <summary>
/// Which session has which transcript: its metadata say what it was made from, so that an import finds it again. Safe for many files at once.
/// </summary>
internal sealed class ImportedSessions(MemoryStoresClient client, Func<Task<(string Agent, string Environment)>> home)
{
    private const string From = "imported_from";
    private const string OriginalId = "original_id";
    private const int TitleCharacters = 100;

    private readonly ConcurrentDictionary<(string From, string Id), Lazy<Task<ImportedSession>>> sessions = new();
    private Lazy<Task<(string Agent, string Environment)>>? where;

    /// <summary>Reads all sessions there are, archived ones too; call it first.</summary>
    public async Task LoadAsync(CancellationToken stop)
    {
        where = new Lazy<Task<(string, string)>>(home);
        await foreach (var page in client.Sessions.ListPagesAsync(new SessionListQuery { IncludeArchived = true, OldestFirst = true, Limit = Limits.PageItems }, stop))
        {
            foreach (var session in page.Value.Data)
            {
                if (session.Metadata.TryGetValue(From, out var from) && session.Metadata.TryGetValue(OriginalId, out var id))
                    sessions.TryAdd(KeyOf(from, id), new Lazy<Task<ImportedSession>>(Task.FromResult(new ImportedSession(session.Id, WasMade: false))));
            }
        }
    }

    /// <summary>Null when no session has it yet.</summary>
    public string? Find(string format, TranscriptFacts transcript) =>
        sessions.TryGetValue(Key(format, transcript), out var known) && known.Value is { IsCompletedSuccessfully: true } session ? session.Result.Id : null;

    public Task<ImportedSession> FindOrMakeAsync(string format, TranscriptFacts transcript, string fileName, CancellationToken stop) =>
        sessions.GetOrAdd(Key(format, transcript), _ => new Lazy<Task<ImportedSession>>(() => MakeAsync(format, transcript, fileName, stop))).Value;

    private async Task<ImportedSession> MakeAsync(string format, TranscriptFacts transcript, string fileName, CancellationToken stop)
    {
        var (agent, environment) = await where!.Value;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [From] = format, [OriginalId] = Key(format, transcript).Id, ["file_name"] = Clipped(fileName, Limits.MetadataValueCharacters),
        };
        if (transcript.Directory is { Length: > 0 } directory) metadata["directory"] = Clipped(directory, Limits.MetadataValueCharacters);
        if (transcript.Branch is { Length: > 0 } branch) metadata["git_branch"] = Clipped(branch, Limits.MetadataValueCharacters);
        var made = await client.Sessions.CreateAsync(new NewSession
        {
            Agent = new SessionAgentChoice(agent),
            EnvironmentId = environment,
            Title = Clipped(transcript.Title ?? fileName, TitleCharacters),
            Metadata = metadata,
        }, stop);
        return new ImportedSession(made.Value.Id, WasMade: true);
    }

    /// <summary>Logs in OpenAI's words and in others are told apart by what a line holds, which may change as a file grows: one kind.</summary>
    private static (string From, string Id) KeyOf(string format, string id) =>
        (format == TranscriptFormat.OpenAi ? TranscriptFormat.Messages : format, id.Length <= Limits.MetadataValueCharacters ? id : EventIds.Of(id));

    private static (string From, string Id) Key(string format, TranscriptFacts transcript) => KeyOf(format, transcript.OriginalId);

    private static string Clipped(string text, int most) => TextWidth.Cut(PlainText.Of(text).Trim(), most);
}
