using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace MemoryStores.Benchmarks.Mounts;

/// <summary>
/// What agents and their tools do to a directory, as bare system calls, so that nothing but the file system is measured: 2,000
/// notes of 2 KB in 20 directories.
/// </summary>
internal sealed partial class FileWork(string root)
{
    public const int Files = 2_000;
    private const int Directories = 20;
    private const int Size = 2_048;

    private const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, Truncate = 0x200, CloseOnExec = 0x80000;

    private readonly string[] paths = [.. Enumerable.Range(0, Files).Select(i => $"{root}/d{i % Directories}/note-{i}.md")];
    private readonly byte[] buffer = new byte[64 * 1024];
    private int generation;

    public string Root => root;

    /// <summary>A new set of notes in a directory of its own each time.</summary>
    public void CreateAll(string below)
    {
        for (var i = 0; i < Directories; i++) Directory.CreateDirectory($"{root}/{below}/d{i}");
        for (var i = 0; i < Files; i++) Write($"{root}/{below}/d{i % Directories}/note-{i}.md", Create | Truncate, Text(i));
    }

    public void Fill()
    {
        for (var i = 0; i < Directories; i++) Directory.CreateDirectory($"{root}/d{i}");
        for (var i = 0; i < Files; i++) Write(paths[i], Create | Truncate, Text(i));
    }

    public void RewriteAll()
    {
        generation++;
        for (var i = 0; i < Files; i++) Write(paths[i], Truncate, Text(i));
    }

    public void SaveAllByRename()
    {
        generation++;
        for (var i = 0; i < Files; i++)
        {
            Write(paths[i] + ".tmp", Create | Exclusive, Text(i));
            Check(Rename(paths[i] + ".tmp", paths[i]), paths[i]);
        }
    }

    public void CatAll()
    {
        foreach (var path in paths)
        {
            var file = Open(path, ReadOnly | CloseOnExec, 0);
            Check(file, path);
            while (Read(file, ref buffer[0], (nuint)buffer.Length) > 0)
            {
            }
            Check(Close(file), path);
        }
    }

    public void GrepAll() => Run("grep", "-r", "no note says this", root);

    public void ListAll() => Run("ls", "-lR", root);

    public void StatAll() => Run("find", root, "-newermt", "2100-01-01");

    public void OpenAndClose(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var file = Open(paths[i % Files], ReadOnly | CloseOnExec, 0);
            Check(file, paths[i % Files]);
            Check(Close(file), paths[i % Files]);
        }
    }

    /// <summary>Writes a file and waits until it is safe.</summary>
    public static void WriteSafely(string path, byte[] content)
    {
        var file = Open(path, WriteOnly | Create | Truncate | CloseOnExec, 0x1A4);
        Check(file, path);
        Check((int)Write(file, ref content[0], (nuint)content.Length), path);
        Check(Sync(file), path);
        Check(Close(file), path);
    }

    public static double Milliseconds(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed.TotalMilliseconds;
    }

    private byte[] Text(int number) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"note {number}, generation {generation}: the roof was mended in May. ", 60))[..Size]);

    private static void Write(string path, int flags, byte[] content)
    {
        var file = Open(path, WriteOnly | CloseOnExec | flags, 0x1A4);
        Check(file, path);
        Check((int)Write(file, ref content[0], (nuint)content.Length), path);
        Check(Close(file), path);
    }

    private static void Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
    }

    private static void Check(int result, string path)
    {
        if (result < 0) throw new IOException($"{path}: errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int file, ref byte into, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, ref byte from, nuint length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
