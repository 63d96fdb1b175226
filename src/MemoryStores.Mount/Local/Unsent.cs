using System.Globalization;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount.Local;

/// <summary>Where the content of files went that the server did not get, and how many they are.</summary>
public sealed record UnsentFiles(int Count, string Directory);

/// <summary>
/// At the end of a mount: the content of every file that is not a version on the server goes to a directory of its own beside
/// the local files, under the path it had.
/// </summary>
internal static class Unsent
{
    /// <summary>Null when everything is on the server.</summary>
    public static UnsentFiles? Keep(string beside, IEnumerable<MemoryNode> files)
    {
        var directory = $"{beside}.unsent-{TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
        var count = 0;
        foreach (var file in files.Where(file => file.IsLoaded))
        {
            var place = directory + file.Path;
            Directory.CreateDirectory(Path.GetDirectoryName(place)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllBytes(place, file.Snapshot());
            count++;
        }
        return count == 0 ? null : new UnsentFiles(count, directory);
    }
}
