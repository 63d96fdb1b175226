using Dapper;
using MemoryStores.Contract;
using MemoryStores.Engine;
using MemoryStores.Engine.Memories;
using MemoryStores.Engine.Storage;
using MemoryStores.Sqlite;
using MemoryStores.Testing;
using Microsoft.Data.Sqlite;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>A disk that is full refuses some writes and lies about none; with room again, writing goes on without a restart.</summary>
public sealed class FullDiskFacts
{
    private const int Units = 50;
    private const int UnitsWithRoom = 30;
    private const int UnitBytes = 40_000;
    private const int PageBytes = 4_096;

    private readonly Random random = Chance.For(nameof(FullDiskFacts));

    [Fact]
    public async Task A_batch_that_fills_the_file_at_its_thirtieth_unit_answers_each_caller_what_the_file_holds()
    {
        using var directory = new TemporaryDirectory();
        var pages = 0L;
        await AssertAnswersAreTrueAsync(
            directory.Path,
            database => database.Engine.LimitPagesAsync(pages = PagesOf(directory.Path) + (UnitsWithRoom * ((UnitBytes / PageBytes) + 1))),
            database => database.Engine.LimitPagesAsync(100 * pages));
    }

    [FactAsRoot]
    public async Task A_batch_on_a_file_system_that_runs_full_answers_each_caller_what_the_file_holds()
    {
        using var directory = new TemporaryDirectory();
        using var mount = TemporaryFileSystem.Mount(directory.Path, megabytes: 16);
        await AssertAnswersAreTrueAsync(
            directory.Path,
            async _ => await FillAsync(directory.Path, except: UnitsWithRoom * UnitBytes),
            _ =>
            {
                File.Delete(Ballast(directory.Path));
                return ValueTask.CompletedTask;
            });
    }

    [FactAsRoot]
    public async Task A_full_disk_stops_no_shutdown_and_the_next_start_says_what_is_wrong()
    {
        using var directory = new TemporaryDirectory();
        using var mount = TemporaryFileSystem.Mount(directory.Path, megabytes: 4);
        StoreId store;
        await using (var database = await OpenDatabase.OpenAsync(directory.Path))
        {
            store = await database.NewStoreAsync("A store");
            await FillAsync(directory.Path);
        }
        File.Delete(Ballast(directory.Path));
        await using (var reopened = await OpenDatabase.OpenAsync(directory.Path))
        {
            Assert.True(reopened.Engine.EndedUncleanly);
            await reopened.Engine.StartupWork;
            Assert.Null(reopened.Engine.Ailment);
            await HistoryAudit.WalkAsync(reopened.Engine, reopened.Caller.Workspace, store);
        }
        await FillAsync(directory.Path);

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(() => OpenDatabase.OpenAsync(directory.Path));
        Assert.Contains("cannot be opened", refused.Message, StringComparison.Ordinal);
    }

    private static string Ballast(string directory) => Path.Combine(directory, "ballast");

    private static Task FillAsync(string directory, int except = 0) =>
        File.WriteAllBytesAsync(Ballast(directory), new byte[new DriveInfo(directory).AvailableFreeSpace - except]);

    private async Task AssertAnswersAreTrueAsync(string directory, Func<OpenDatabase, ValueTask> takeRoom, Func<OpenDatabase, ValueTask> makeRoom)
    {
        var contents = Enumerable.Range(0, Units).Select(_ => MemoryContent.Of(RandomWriter.Letters(random, UnitBytes))).ToList();
        StoreId store;
        await using (var database = await OpenDatabase.OpenAsync(directory))
        {
            store = await database.NewStoreAsync("A store");
            await takeRoom(database);

            var written = await WriteInOneBatchAsync(database, store, contents);
            Assert.InRange(written.Count(done => done), 1, Units - 1);
            Assert.Equal(written, await AreThereAsync(database, store, contents));
            Assert.Null(database.Engine.Ailment);

            await makeRoom(database);
            var again = await WriteInOneBatchAsync(database, store, [.. contents.Where((_, i) => !written[i])]);
            Assert.All(again, Assert.True);
        }
        await using var reopened = await OpenDatabase.OpenAsync(directory);
        Assert.False(reopened.Engine.EndedUncleanly);
        var history = await HistoryAudit.WalkAsync(reopened.Engine, reopened.Caller.Workspace, store);
        Assert.Equal(contents.Select(content => content.Digest.ToString()).Order(), history.Skip(1).Select(entry => entry.Digest!.ToString()).Order());
    }

    /// <summary>Which of the contents were written. The writer is held up by one unit until the others wait behind it.</summary>
    private async Task<List<bool>> WriteInOneBatchAsync(OpenDatabase database, StoreId store, IReadOnlyList<MemoryContent> contents)
    {
        using var release = new ManualResetEventSlim();
        var holdUp = database.Engine.RunAsync(null, _ =>
        {
            release.Wait();
            return ValueTask.FromResult(true);
        }, CancellationToken.None).AsTask();
        var writing = contents.Select(content => TryWriteAsync(database, store, content)).ToList();
        release.Set();
        await holdUp;
        return [.. await Task.WhenAll(writing)];
    }

    private async Task<bool> TryWriteAsync(OpenDatabase database, StoreId store, MemoryContent content)
    {
        Assert.True(MemoryPath.TryParse("/" + RandomWriter.Letters(random, 20), out var path, out _));
        try
        {
            var made = await new CreateMemory(database.Commit).RunAsync(database.Caller, store, path, content, CancellationToken.None);
            Assert.IsType<Outcome<Memory>.Done>(made);
            return true;
        }
        catch (StorageUnavailableException full)
        {
            Assert.Contains("The disk is full", full.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static async Task<List<bool>> AreThereAsync(OpenDatabase database, StoreId store, IEnumerable<MemoryContent> contents)
    {
        var versions = await database.Engine.ReadAsync(
            reader => reader.ListVersionsAsync(new VersionQuery(store, int.MaxValue, WithContent: true)), CancellationToken.None);
        var there = versions.Select(version => version.Content!.ToString()).ToHashSet();
        return [.. contents.Select(content => there.Contains(content.ToString()))];
    }

    private static long PagesOf(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, OpenDatabase.Name)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        return connection.ExecuteScalar<long>("PRAGMA page_count");
    }
}
