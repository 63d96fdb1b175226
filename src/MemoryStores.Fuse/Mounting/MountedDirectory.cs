using System.Globalization;
using System.Text;

namespace MemoryStores.Fuse.Mounting;

/// <summary>Something that is mounted in this namespace, from /proc/self/mountinfo; the latest of one directory lies on top.</summary>
public sealed record MountedDirectory(string Directory, string Kind, string Source, string Device)
{
    private const string Table = "/proc/self/mountinfo";

    /// <summary>The mount on top at exactly this directory, whether it still answers or not.</summary>
    public static MountedDirectory? At(string directory) => Read().LastOrDefault(mount => mount.Directory == directory);

    public static IEnumerable<MountedDirectory> Read() =>
        File.Exists(Table) ? File.ReadLines(Table).Select(Parse).OfType<MountedDirectory>() : [];

    /// <summary>`36 35 98:0 /root /directory options optional… - kind source options`, blanks and their like as \ooo.</summary>
    internal static MountedDirectory? Parse(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        return fields.Length > 4 && dash > 4 && dash + 2 < fields.Length
            ? new MountedDirectory(Unescape(fields[4]), fields[dash + 1], Unescape(fields[dash + 2]), fields[2])
            : null;
    }

    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var (bytes, length) = (Encoding.UTF8.GetBytes(field), 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEscape = bytes[i] == '\\' && i + 3 < bytes.Length && bytes.AsSpan(i + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0;
            bytes[length++] = isEscape ? (byte)(((bytes[i + 1] - '0') * 64) + ((bytes[i + 2] - '0') * 8) + (bytes[i + 3] - '0')) : bytes[i];
            if (isEscape) i += 3;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    public bool IsFuse => Kind is "fuse" or "fuseblk" || Kind.StartsWith("fuse.", StringComparison.Ordinal);

    /// <summary>The kernel's file through which a connection can be ended by force, where it is mounted.</summary>
    public string AbortFile => string.Create(CultureInfo.InvariantCulture, $"/sys/fs/fuse/connections/{Device[(Device.IndexOf(':', StringComparison.Ordinal) + 1)..]}/abort");
}
