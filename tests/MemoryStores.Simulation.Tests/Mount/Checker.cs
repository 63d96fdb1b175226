using System.Text;
using System.Text.Unicode;

namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>
/// Plays the same random operations on a mount and on a directory of a local file system, in the manner of fsx and fsstress, and
/// compares each answer, errors included, and now and then everything there is.
/// </summary>
internal sealed class Checker(Random random, string mount, string model)
{
    private const int MostBytes = 60_000;

    // Few, so that they meet. Among them names of more than ASCII, and those that editors use for half of a save.
    private static readonly string[] Directories = ["", "/a", "/b", "/a/deep", "/b/über"];
    private static readonly string[] Files = ["one", "two.md", "drei – ß.txt", "日本.md", "four.tmp", "sedAb12Cd", "five~", "six"];

    private readonly List<(int Real, int Model, int Flags, string Path)> open = [];
    private readonly List<string> told = [];

    public int Steps { get; private set; }

    /// <summary>The last operations, for whoever has to understand a difference.</summary>
    public string Told => string.Join('\n', told.TakeLast(25));

    public void Step()
    {
        Steps++;
        switch (random.Next(40))
        {
            case < 5: Open(); break;
            case < 11: Write(); break;
            case < 16: Read(); break;
            case < 18: Resize(); break;
            case < 20: ResizeByName(); break;
            case < 22: Map(); break;
            case < 26: Rename(); break;
            case < 28: Both("unlink", Path(), Sys.Unlink); break;
            case < 30: Both("mkdir", Somewhere(), Sys.MakeDirectory); break;
            case < 31: Both("rmdir", Below(), Sys.RemoveDirectory); break;
            case < 32: Sync(); break;
            case < 33: SaveByRename(); break;
            case < 36: Look(); break;
            default: Close(); break;
        }
        if (open.Count > 6) Close();
    }

    /// <summary>Closes all files, makes all of them text, and removes what would have to be waited for.</summary>
    public void ComeToRest()
    {
        while (open.Count > 0) Close();
        foreach (var file in Directory.GetFiles(model, "*", SearchOption.AllDirectories))
        {
            var path = file[model.Length..];
            if (file.EndsWith("/four.tmp", StringComparison.Ordinal) || file.EndsWith("/sedAb12Cd", StringComparison.Ordinal) || file.EndsWith('~')) Both("unlink", path, Sys.Unlink);
            else if (!Utf8.IsValid(File.ReadAllBytes(file)))
            {
                Both("truncate", path, whole => Sys.Truncated(whole, 0));
                Both("rewrite", path, whole => Overwrite(whole, "made text again\n"u8));
            }
        }
    }

    /// <summary>Everything there is: names and their kinds, sizes and contents.</summary>
    public void CompareAll()
    {
        var (real, expected) = (Tree(mount), Tree(model));
        if (!real.SequenceEqual(expected)) Fail($"The mount has\n{Lines(real)}\nand should have\n{Lines(expected)}");
    }

    /// <summary>The paths and contents of all files, as a store would have them.</summary>
    public SortedDictionary<string, string> Expected() => new(
        Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories).ToDictionary(path => path[model.Length..], path => Encoding.UTF8.GetString(File.ReadAllBytes(path))),
        StringComparer.Ordinal);

    /// <summary>Empty directories live in a mount and not in the store.</summary>
    public void ForgetEmptyDirectories()
    {
        foreach (var directory in Directory.EnumerateDirectories(model, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length))
        {
            if (!Directory.EnumerateFileSystemEntries(directory).Any()) Directory.Delete(directory);
        }
    }

    private void Open()
    {
        var flags = random.Next(3) switch { 0 => Sys.ReadOnly, 1 => Sys.WriteOnly, _ => Sys.ReadWrite };
        if (random.Next(2) == 0) flags |= Sys.Create;
        if (random.Next(6) == 0) flags |= Sys.Exclusive | Sys.Create;
        if (random.Next(5) == 0) flags |= Sys.Append;
        // Without the right to write, what O_TRUNC does is left open by the standard.
        if (random.Next(5) == 0 && (flags & 3) != Sys.ReadOnly) flags |= Sys.Truncate;
        var path = Path();
        Tell($"open {path} {flags:x}");
        var (real, modelled) = (Sys.Open(mount + path, flags), Sys.Open(model + path, flags));
        if (Math.Min(real, 0) != Math.Min(modelled, 0)) Fail($"open answered {real}, and should {modelled}");
        if (real >= 0) open.Add((real, modelled, flags, path));
    }

    private void Close()
    {
        if (!Pick(out var file)) return;
        open.Remove(file);
        Tell($"close {file.Path}");
        var answer = Sys.Close(file.Real);
        Sys.Close(file.Model);
        // Whoever wrote what is no text is told; the bytes are kept.
        if (answer != 0 && answer != -Sys.EILSEQ) Fail($"close answered {answer}");
    }

    private void Write()
    {
        if (!Pick(out var file)) return;
        var (bytes, at) = (Bytes(), random.Next(4) == 0 ? Size(file.Model) : random.Next(MostBytes / 2));
        if (at + bytes.Length > MostBytes) bytes = bytes[..Math.Max(0, MostBytes - (int)at)];
        if ((file.Flags & Sys.Append) != 0 && Size(file.Model) + bytes.Length > MostBytes) return;
        Tell($"write {file.Path} {bytes.Length} at {at}");
        Same("write", Sys.Write(file.Real, bytes, at), Sys.Write(file.Model, bytes, at));
        SameSize(file);
    }

    private void Read()
    {
        if (!Pick(out var file)) return;
        var (at, count) = (random.Next(MostBytes), random.Next(1, MostBytes));
        if (random.Next(2) == 0) (at, count) = (0, MostBytes);
        Tell($"read {file.Path} {count} at {at}");
        var (real, expected) = (new byte[count], new byte[count]);
        Same("read", Sys.Read(file.Real, real, at), Sys.Read(file.Model, expected, at));
        SameBytes(real, expected, at);
        SameSize(file);
    }

    private void Resize()
    {
        if (!Pick(out var file)) return;
        var size = random.Next(4) == 0 ? 0 : random.Next(MostBytes);
        Tell($"ftruncate {file.Path} {size}");
        Same("ftruncate", Sys.Truncated(file.Real, size), Sys.Truncated(file.Model, size));
        SameSize(file);
    }

    private void ResizeByName()
    {
        var size = random.Next(3) == 0 ? 0 : random.Next(MostBytes / 4);
        Both($"truncate {size}", Path(), path => Sys.Truncated(path, size));
    }

    private void Map()
    {
        if (!Pick(out var file) || (file.Flags & 3) == Sys.WriteOnly || Size(file.Model) is not (> 0 and var size)) return;
        var length = (int)size;
        if ((file.Flags & 3) == Sys.ReadOnly || random.Next(3) == 0)
        {
            Tell($"map and read {file.Path}");
            var (real, expected) = (new byte[length], new byte[length]);
            Same("mmap", Sys.ReadMapped(file.Real, real), Sys.ReadMapped(file.Model, expected));
            SameBytes(real, expected, 0);
            return;
        }
        var at = random.Next(length);
        var bytes = Bytes();
        bytes = bytes[..Math.Min(bytes.Length, length - at)];
        var sync = random.Next(2) == 0;
        Tell($"map and write {file.Path} {bytes.Length} at {at}{(sync ? ", msync" : "")}");
        Sys.WriteMapped(file.Model, length, at, bytes, sync);
        // msync is an fsync to a file system: what is no text cannot be one.
        var answer = Sys.WriteMapped(file.Real, length, at, bytes, sync);
        if (answer != 0 && !(sync && answer == -Sys.EILSEQ && !IsText(file.Model))) Fail($"a write by mmap answered {answer}");
    }

    private void Sync()
    {
        if (!Pick(out var file)) return;
        Tell($"fsync {file.Path}");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var answer = Sys.Uninterrupted(() => Sys.Sync(file.Real));
        if (answer != 0 && !(answer == -Sys.EILSEQ && !IsText(file.Model))) Fail($"fsync answered {answer} after {clock.Elapsed}");
    }

    private void Rename()
    {
        var directories = random.Next(4) == 0;
        var (from, to) = directories ? (Below(), Below()) : (Path(), random.Next(5) == 0 ? Below() : Path());
        var flags = (uint)(random.Next(6) switch { 0 => Sys.NoReplace, 1 => Sys.Exchange, _ => 0 });
        Tell($"rename {from} {to} {flags}");
        var (real, modelled) = (Sys.Rename(mount + from, mount + to, flags), Sys.Rename(model + from, model + to, flags));
        Same("rename", real, modelled);
        SameAt(from);
        SameAt(to);
    }

    private void SaveByRename()
    {
        var path = Path();
        var temporary = $"{path[..(path.LastIndexOf('/') + 1)]}sedAb12Cd";
        var bytes = Bytes();
        Both("write a copy of", temporary, whole => Overwrite(whole, bytes));
        Tell($"rename {temporary} {path} 0");
        Same("rename", Sys.Rename(mount + temporary, mount + path, 0), Sys.Rename(model + temporary, model + path, 0));
        SameAt(path);
    }

    private void Look()
    {
        var path = random.Next(3) == 0 ? Somewhere() : Path();
        Tell($"stat {path}");
        SameAt(path);
        var directory = Directories[random.Next(Directories.Length)];
        if (!Directory.Exists(model + directory)) return;
        var (real, expected) = (Names(mount + directory), Names(model + directory));
        if (!real.SequenceEqual(expected)) Fail($"{directory}/ lists\n{Lines(real)}\nand should\n{Lines(expected)}");
    }

    private static int Overwrite(string path, ReadOnlySpan<byte> bytes)
    {
        var file = Sys.Open(path, Sys.WriteOnly | Sys.Create | Sys.Truncate);
        if (file < 0) return file;
        var written = Sys.Write(file, bytes, 0);
        Sys.Close(file);
        return (int)written;
    }

    private bool Pick(out (int Real, int Model, int Flags, string Path) file)
    {
        file = open.Count == 0 ? default : open[random.Next(open.Count)];
        return open.Count > 0;
    }

    private string Path() => $"{Somewhere()}/{Files[random.Next(Files.Length)]}";

    /// <summary>A directory that may be there or not; mostly not too deep, so that most operations find what they need.</summary>
    private string Somewhere() => Directories[Math.Min(random.Next(Directories.Length), random.Next(Directories.Length))];

    /// <summary>The root of a mount is another file system's to remove or rename.</summary>
    private string Below() => Directories[random.Next(1, Directories.Length)];

    /// <summary>Text mostly, often with lines; now and then letters of several bytes, which other writes then cut; rarely no text at all.</summary>
    private byte[] Bytes()
    {
        var length = random.Next(5) switch { 0 => random.Next(1, 20), 1 => random.Next(4_000, 20_000), _ => random.Next(1, 3_000) };
        var kind = random.Next(20);
        if (kind == 0)
        {
            var binary = new byte[length];
            random.NextBytes(binary);
            return binary;
        }
        var text = new StringBuilder(length);
        while (text.Length < length) text.Append(kind < 4 ? "größer 日本語\n" : $"{Steps} line {random.Next(1_000)}\n");
        return Encoding.UTF8.GetBytes(text.ToString(0, length));
    }

    private void Both(string operation, string path, Func<string, int> call)
    {
        Tell($"{operation} {path}");
        Same(operation, call(mount + path), call(model + path));
        SameAt(path);
    }

    private void SameAt(string path)
    {
        if (path.Length == 0) return;
        var (real, expected) = (Sys.Stat(mount + path, out var size, out var kind), Sys.Stat(model + path, out var expectedSize, out var expectedKind));
        const uint directory = 0x4000;
        if (real == expected && (real != 0 || (kind == expectedKind && (size == expectedSize || kind == directory)))) return;
        Fail($"stat {path} answered {real}, {size} bytes, kind {kind:x}, and should {expected}, {expectedSize} bytes, kind {expectedKind:x}");
    }

    private static void SameSize((int Real, int Model, int Flags, string Path) file)
    {
        // The end of a directory is each file system's own.
        if (Size(file.Model) is >= 0 and var size) Same("size", Size(file.Real), size);
    }

    private static long Size(int file) => Sys.Seek(file, 0, 2);

    private static bool IsText(int file)
    {
        // Through the name of the descriptor: it may be open for writing only.
        var bytes = File.ReadAllBytes($"/proc/self/fd/{file}");
        return Utf8.IsValid(bytes);
    }

    private static void Same(string operation, long real, long expected)
    {
        if (real != expected) Fail($"{operation} answered {real}, and should {expected}");
    }

    private static void SameBytes(ReadOnlySpan<byte> real, ReadOnlySpan<byte> expected, int at)
    {
        var same = real.CommonPrefixLength(expected);
        if (same < expected.Length) Fail($"the byte at {at + same} is {real[same]:x2}, and should be {expected[same]:x2}");
    }

    private static List<string> Names(string directory)
    {
        // As they come: a name that comes twice is a fault.
        var names = Directory.EnumerateFileSystemEntries(directory).Select(path => path[directory.Length..]).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static List<string> Tree(string root)
    {
        var lines = new List<string>();
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories))
        {
            var content = Directory.Exists(path) ? "directory" : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))[..12] + $" {new FileInfo(path).Length}";
            lines.Add($"{path[root.Length..]} {content}");
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => "    " + line));

    private void Tell(string step) => told.Add(step);

    private static void Fail(string difference) => Assert.Fail(difference);

    public void CloseAll()
    {
        foreach (var file in open) (_, _) = (Sys.Close(file.Real), Sys.Close(file.Model));
        open.Clear();
    }
}
