namespace MemoryStores.Testing;

/// <summary>A directory of its own for one test, gone with it.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    private const string SharedMemory = "/dev/shm";

    public string Path { get; }

    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("memstores-test-").FullName;

    private TemporaryDirectory(string path) => Path = Directory.CreateDirectory(path).FullName;

    /// <summary>For what makes thousands of small files: no disk takes part.</summary>
    public static TemporaryDirectory InMemory() =>
        Directory.Exists(SharedMemory) ? new(System.IO.Path.Combine(SharedMemory, "memstores-test-" + Guid.NewGuid().ToString("N")[..12])) : new();

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it itself.
        }
    }
}
