using System.Security.Cryptography;
using System.Text;

namespace MemoryStores.Cli.Importing;

/// <summary>A file to import. One that was named must be a transcript; one that was found in a directory may be something else.</summary>
internal sealed record TranscriptPath(string Path, bool WasNamed)
{
    private const int HashLetters = 16;

    /// <summary>Tells the file apart from all others where its content does not.</summary>
    public string Place => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(System.IO.Path.GetFullPath(Path))))[..HashLetters];
}

internal static class TranscriptFiles
{
    private static readonly string[] Extensions = [".jsonl", ".ndjson", ".json"];

    // Links may lead in circles, or to a file that is found anyway. Directories that begin with a dot are looked into: .claude is one.
    private static readonly EnumerationOptions Deep = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <summary>The files that are named, and those in the directories that are, in the order of their paths.</summary>
    public static IReadOnlyList<TranscriptPath> Find(string directory, IEnumerable<string> named)
    {
        var found = new List<TranscriptPath>();
        foreach (var name in named)
        {
            var path = Path.GetFullPath(name, Path.GetFullPath(directory));
            if (File.Exists(path)) found.Add(new TranscriptPath(path, WasNamed: true));
            else if (Directory.Exists(path))
            {
                found.AddRange(Directory.EnumerateFiles(path, "*", Deep)
                    .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal)
                    .Select(file => new TranscriptPath(file, WasNamed: false)));
            }
            else throw new CommandException(ExitCode.NotFound, $"'{name}' is neither a file nor a directory");
        }
        return [.. found.DistinctBy(file => file.Path)];
    }
}
