using System.Text;

namespace MemoryStores.Mount.Control;

/// <summary>
/// What the kernel has mounted, from /proc/self/mountinfo: a line to a mount, its fields apart by spaces, the fifth being the
/// directory; after " - " comes the file system's type. Bytes that would be taken apart are written as \040 and the like.
/// </summary>
internal sealed class MountTable
{
    private const string Source = "/proc/self/mountinfo";
    private const int DirectoryField = 4;

    private readonly List<(string Directory, string Type)> mounts = [];

    public static MountTable Read() => Parse(File.Exists(Source) ? File.ReadAllText(Source) : "");

    public static MountTable Parse(string text)
    {
        var table = new MountTable();
        foreach (var line in text.Split('\n'))
        {
            var (fields, separator) = (line.Split(' '), line.IndexOf(" - ", StringComparison.Ordinal));
            if (fields.Length > DirectoryField && separator > 0)
                table.mounts.Add((Unescaped(fields[DirectoryField]), line[(separator + 3)..].Split(' ')[0]));
        }
        return table;
    }

    /// <summary>The type of what is mounted on the directory, the latest where several are; null when nothing is.</summary>
    public string? TypeAt(string directory) => mounts.LastOrDefault(mount => mount.Directory == directory).Type;

    /// <summary>Whether a daemon answers for the directory, or once did.</summary>
    public bool HasFuseAt(string directory) => TypeAt(directory)?.StartsWith("fuse", StringComparison.Ordinal) == true;

    private static string Unescaped(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var bytes = new List<byte>();
        var written = Encoding.UTF8.GetBytes(field);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '\\' && i + 3 < written.Length && written.AsSpan(i + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0)
            {
                bytes.Add((byte)(((written[i + 1] - '0') << 6) | ((written[i + 2] - '0') << 3) | (written[i + 3] - '0')));
                i += 3;
            }
            else
            {
                bytes.Add(written[i]);
            }
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
