using System.IO.MemoryMappedFiles;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Fuse;

/// <summary>Random operations on the sample and on a file system of the kernel's own: both always show the same.</summary>
public sealed class RandomFileFacts
{
    private const int LargestFile = 300_000;
    private static readonly int Operations = Chance.IsSoak ? 20_000 : 3_000;

    // tmpfs, where there is one.
    private static readonly string RealRoot = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_file_written_read_cut_and_mapped_at_random_is_the_same_on_both(bool uncached)
    {
        var random = Chance.For($"{nameof(One_file_written_read_cut_and_mapped_at_random_is_the_same_on_both)} {uncached}");
        using var directory = new TemporaryDirectory();
        await using var files = await MemoryFileSystemProcess.StartAsync(directory.File("mount"), uncached ? ["--uncached"] : []);
        var real = Directory.CreateDirectory(Path.Combine(RealRoot, $"memstores-test-{Guid.NewGuid():N}")).FullName;
        try
        {
            string[] paths = [Path.Combine(files.Directory, "file"), Path.Combine(real, "file")];
            var both = paths.Select(path => new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0)).ToArray();
            for (var i = 0; i < Operations; i++)
            {
                var seed = random.Next();
                for (var which = 0; which < 2; which++) both[which] = Step(both[which], paths[which], new Random(seed));
                Assert.True(both[0].Length == both[1].Length, $"Lengths differ after {i}; {Chance.Replay}");
                if (i % 50 == 0) AssertSame(both, i);
            }
            foreach (var file in both) file.Dispose();
            Assert.True(File.ReadAllBytes(paths[0]).AsSpan().SequenceEqual(File.ReadAllBytes(paths[1])), Chance.Replay);
        }
        finally
        {
            Directory.Delete(real, recursive: true);
        }
    }

    private static void AssertSame(FileStream[] both, int step)
    {
        var contents = both.Select(file =>
        {
            var all = new byte[file.Length];
            file.Position = 0;
            file.ReadExactly(all);
            return all;
        }).ToArray();
        var differs = contents[0].AsSpan().CommonPrefixLength(contents[1]);
        Assert.True(differs == contents[0].Length, $"Byte {differs} differs after {step}; {Chance.Replay}");
    }

    private static FileStream Step(FileStream file, string path, Random random)
    {
        var (offset, length) = (random.Next(LargestFile), random.Next(random.Next(4) == 0 ? 140_000 : 5_000));
        var data = new byte[Math.Min(length, LargestFile - offset)];
        random.NextBytes(data);
        switch (random.Next(10))
        {
            case < 4:
                RandomAccess.Write(file.SafeFileHandle, data, offset);
                return file;
            case 4:
                RandomAccess.Read(file.SafeFileHandle, data, offset);
                return file;
            case 5:
                file.SetLength(random.Next(2) == 0 ? offset : Math.Min(offset, file.Length));
                return file;
            case 6:
                file.Flush(flushToDisk: true);
                return file;
            case 7 when file.Length > 0:
                WriteByMapping(file, data, offset);
                return file;
            case 8:
                file.Dispose();
                return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            case 9 when random.Next(20) == 0:
                file.Dispose();
                return new FileStream(path, FileMode.Truncate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            default:
                using (var appending = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
                {
                    if (appending.Length + data.Length <= LargestFile) appending.Write(data);
                }
                return file;
        }
    }

    private static void WriteByMapping(FileStream file, byte[] data, long offset)
    {
        offset %= file.Length;
        var size = (int)Math.Min(data.Length, file.Length - offset);
        using var mapping = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        using var view = mapping.CreateViewAccessor();
        view.WriteArray(offset, data, 0, size);
    }

    [Fact]
    public async Task A_tree_made_moved_and_removed_at_random_is_the_same_on_both()
    {
        var random = Chance.For(nameof(A_tree_made_moved_and_removed_at_random_is_the_same_on_both));
        using var directory = new TemporaryDirectory();
        await using var files = await MemoryFileSystemProcess.StartAsync(directory.File("mount"));
        var real = Directory.CreateDirectory(Path.Combine(RealRoot, $"memstores-test-{Guid.NewGuid():N}")).FullName;
        try
        {
            for (var i = 0; i < Operations; i++)
            {
                var seed = random.Next();
                var outcomes = new[] { files.Directory, real }.Select(root => Change(root, new Random(seed))).ToArray();
                Assert.True(outcomes[0] == outcomes[1], $"After {i}: {outcomes[0]}, and not {outcomes[1]}; {Chance.Replay}");
                if (i % 100 == 0) Assert.Equal(Tree(real), Tree(files.Directory));
            }
            Assert.Equal(Tree(real), Tree(files.Directory));
        }
        finally
        {
            Directory.Delete(real, recursive: true);
        }
    }

    /// <summary>One change; how it ended.</summary>
    private static string Change(string root, Random random)
    {
        string Any() => Path.Combine(root, string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abcd"[random.Next(4)])));
        var (path, other) = (Any(), Any());
        try
        {
            switch (random.Next(8))
            {
                case 0: Directory.CreateDirectory(path); break;
                case 1: File.WriteAllText(path, $"{random.Next()}"); break;
                case 2: File.AppendAllText(path, "more"); break;
                case 3: File.Delete(path); break;
                case 4: Directory.Delete(path); break;
                case 5: File.Move(path, other, overwrite: true); break;
                case 6: Directory.Move(path, other); break;
                default: return File.Exists(path) ? File.ReadAllText(path) : $"{Directory.Exists(path)}";
            }
            return "done";
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused.Message.Replace(root, "", StringComparison.Ordinal);
        }
    }

    private static List<string> Tree(string root) =>
    [
        .. new DirectoryInfo(root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(found => $"{Path.GetRelativePath(root, found.FullName)} {(found is FileInfo file ? File.ReadAllText(file.FullName) : "/")}")
            .Order(StringComparer.Ordinal),
    ];
}
