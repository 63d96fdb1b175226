using MemoryStores.Contract;

namespace MemoryStores.Cli.Editing;

/// <summary>
/// The file an editor opens: in a directory of its own that only its owner may enter, named like the memory so that the editor
/// knows its kind. It goes when its text is saved, or there is none; in every other case it stays.
/// </summary>
internal sealed class Draft
{
    // What file systems allow is 255 bytes; some of it is left to editors for their backup names.
    private const int LongestName = 200;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("memstores-");
    private readonly MemoryContent original;
    private bool isKept;

    public string File { get; }

    /// <summary>Whether the editor has left anything that was not there before.</summary>
    public bool HasText => System.IO.File.Exists(File) && !System.IO.File.ReadAllBytes(File).AsSpan().SequenceEqual(original.Utf8.Span);

    public Draft(string memoryPath, MemoryContent original)
    {
        this.original = original;
        var name = memoryPath[(memoryPath.LastIndexOf('/') + 1)..];
        foreach (var impossible in Path.GetInvalidFileNameChars()) name = name.Replace(impossible, '_');
        while (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName) name = name[(name.Length / 2)..];
        File = Path.Combine(directory.FullName, name);
        Write(original);
    }

    public void Write(MemoryContent content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(File, options);
        file.Write(content.Utf8.Span);
    }

    public MemoryContent Read() => Commands.ContentSource.From(System.IO.File.ReadAllBytes(File), "what you typed");

    public void Keep() => isKept = true;

    public void RemoveUnlessKept()
    {
        if (!isKept) directory.Delete(recursive: true);
    }
}
