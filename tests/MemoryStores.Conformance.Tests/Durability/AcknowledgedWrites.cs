using Dapper;
using MemoryStores.Contract;
using MemoryStores.Engine.History;
using MemoryStores.Testing;
using Microsoft.Data.Sqlite;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>Holds the files that a crash left against what clients were told.</summary>
public static class AcknowledgedWrites
{
    /// <summary>
    /// Opens a copy of the files and looks: the file is sound, the history whole, every acknowledged change there once, with
    /// the version its answer named, and every other at most once.
    /// </summary>
    public static async Task AssertKeptAsync(string data, string store, IReadOnlyCollection<Attempt> attempts, string when)
    {
        using var copy = new TemporaryDirectory();
        foreach (var file in Directory.EnumerateFiles(data, OpenDatabase.Name + "*"))
        {
            // The index of the WAL lives in memory; a restart makes its own.
            if (!file.EndsWith("-shm", StringComparison.Ordinal)) File.Copy(file, copy.File(Path.GetFileName(file)));
        }
        await using (var database = await OpenDatabase.OpenAsync(copy.Path))
        {
            await database.Engine.StartupWork;
            Assert.Null(database.Engine.Ailment);
            AssertKept(await HistoryAudit.WalkAsync(database.Engine, database.Caller.Workspace, StoreIn(store)), attempts, when);
        }
        using var connection = new SqliteConnection($"Data Source={copy.File(OpenDatabase.Name)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        Assert.Equal("ok", connection.ExecuteScalar<string>("PRAGMA integrity_check"));
    }

    private static void AssertKept(IReadOnlyList<HistoryEntry> history, IReadOnlyCollection<Attempt> attempts, string when)
    {
        var byDigest = history.Where(entry => entry.Digest is not null).ToLookup(entry => entry.Digest);
        var deletions = history.Where(entry => entry.Kind == HistoryKind.MemoryDeleted).ToLookup(entry => entry.Memory?.Value);
        foreach (var attempt in attempts)
        {
            var found = (attempt.IsDeletion ? deletions[attempt.Memory] : byDigest[MemoryContent.Of(attempt.Content!).Digest]).ToList();
            var what = $"{(attempt.IsDeletion ? "deletion of" : "write to")} {attempt.Path}, version {attempt.Version ?? "unknown"}, {when}; {Chance.Replay}";
            Assert.True(found.Count <= 1, $"Happened {found.Count} times: {what}");
            if (!attempt.IsAcknowledged) continue;
            Assert.True(found.Count == 1, $"Acknowledged and lost: {what}");
            Assert.True(attempt.Version is null || attempt.Version == found[0].Version?.Value, $"Acknowledged as another version: {what}");
        }
    }

    /// <summary>The id in a store's URL.</summary>
    private static StoreId StoreIn(string url) => StoreId.TryParse(url[(url.LastIndexOf('/') + 1)..])!;
}
