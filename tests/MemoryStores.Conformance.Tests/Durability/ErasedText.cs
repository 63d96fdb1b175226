using System.Text;
using Dapper;
using MemoryStores.Testing;
using Microsoft.Data.Sqlite;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>What an erasure is to take out of the files, told from what others still hold.</summary>
public sealed class ErasedText
{
    private const int PageSize = 4_096;
    private const int FindsShown = 20;

    private readonly Needles needles;
    private readonly int texts;

    private ErasedText(Needles needles, int texts) => (this.needles, this.texts) = (needles, texts);

    /// <summary>The paths, contents and digests of some versions, without those that a staying version has as well.</summary>
    public static ErasedText Of(
        IReadOnlyCollection<WrittenVersion> erased, IReadOnlyCollection<WrittenVersion> staying, params string[] otherText)
    {
        var needles = new Needles();
        var digests = staying.Select(version => version.Content?.Digest).ToHashSet();
        foreach (var version in erased)
        {
            needles.AddPieces($"path of {version.Id}", version.Path.Value[(version.Path.Value.LastIndexOf('/') + 1)..]);
            if (version.Content is not { } content) continue;
            needles.AddPieces($"content of {version.Id} ({content.Size} bytes)", content.Utf8.Span);
            if (!digests.Contains(content.Digest)) needles.AddDigest(content.Digest);
        }
        foreach (var text in otherText) needles.AddPieces("profile", text);
        // A longer content may begin with an erased one, to which it was appended.
        var left = needles.Without(staying.SelectMany(version => version.Content is { } content
            ? [RandomWriter.Bytes(version.Path), content.Utf8] : (ReadOnlyMemory<byte>[])[RandomWriter.Bytes(version.Path)]));
        return new ErasedText(left, erased.Count);
    }

    /// <summary>The search finds what is there; without this, finding nothing later would mean nothing.</summary>
    public void AssertAllStandIn(string directory)
    {
        var found = needles.FindIn(directory).Select(find => find.What).ToHashSet();
        // Digests stand as bytes and not in hex, and a piece may be cut by the edge of a page.
        Assert.True(needles.Count > texts, $"{needles.Count} needles for {texts} texts");
        Assert.True(found.Count > needles.Count / 2, $"Only {found.Count} of {needles.Count} needles are found before the erasure.");
    }

    public void AssertNoneStandsIn(string directory, string when)
    {
        var finds = needles.FindIn(directory);
        if (finds.Count == 0) return;
        var text = new StringBuilder($"{finds.Count} pieces of erased text are still there {when}; {Chance.Replay}\n");
        foreach (var (place, count) in finds.CountBy(find => PlaceOf(find, directory)).OrderByDescending(place => place.Value).Take(FindsShown))
            text.AppendLine($"  {count} in {place}");
        foreach (var find in finds.Take(FindsShown)) text.AppendLine($"  {find.What}: {Path.GetFileName(find.File)} at {find.Offset}");
        Assert.Fail(text.ToString());
    }

    /// <summary>The file, and in a database the table or index that owns the page.</summary>
    private static string PlaceOf(Find find, string directory)
    {
        var file = Path.GetFileName(find.File);
        if (file != OpenDatabase.Name) return file;
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, file)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var page = (find.Offset / PageSize) + 1;
        try
        {
            var owner = connection.QueryFirstOrDefault<string>("SELECT name || ' ' || pagetype FROM dbstat WHERE pageno = @page", new { page });
            return $"{file}, {owner ?? "a free page"}";
        }
        catch (SqliteException withoutDbstat)
        {
            return $"{file}, page {page} ({withoutDbstat.Message})";
        }
    }
}
