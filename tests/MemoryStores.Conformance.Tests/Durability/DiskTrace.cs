using System.Globalization;
using System.Text;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>Something a server did that matters to the disk, in the order in which it was done.</summary>
public abstract record DiskEvent
{
    private DiskEvent() { }

    public sealed record Created(string File) : DiskEvent;

    public sealed record Written(string File, long Offset, byte[] Bytes) : DiskEvent;

    public sealed record Truncated(string File, long Length) : DiskEvent;

    /// <summary>A sync that ended well: what was done to the file before <paramref name="Begun"/>, an index of events, is on the disk.</summary>
    public sealed record Synced(string File, int Begun) : DiskEvent;

    public sealed record Renamed(string From, string To) : DiskEvent;

    public sealed record Removed(string File) : DiskEvent;

    /// <summary>An answer on its way to a client.</summary>
    public sealed record Answered(string Text) : DiskEvent;
}

/// <summary>
/// The trace that strace wrote of a server, read into events. A call that another thread's interrupted is in the trace in two
/// pieces; a write counts from its beginning and a sync from its end, since either may have been cut in between.
/// </summary>
public sealed class DiskTrace
{
    private const string Unfinished = " <unfinished ...>";

    private readonly List<DiskEvent> events = [];
    private readonly Dictionary<string, (string Call, int Begun)> unfinished = [];

    public IReadOnlyList<DiskEvent> Events => events;

    /// <summary>The command that traces the one which follows it.</summary>
    public static string[] Command(string output) =>
    [
        "strace", "-f", "-y", "-x", "-s", "262144", "--seccomp-bpf", "-e", "signal=none",
        "-e", "trace=openat,pwrite64,write,writev,pwritev,fsync,fdatasync,ftruncate,unlink,rename,mkdir,sendto,sendmsg", "-o", output,
    ];

    public static DiskTrace Read(string file, string directory)
    {
        var trace = new DiskTrace();
        foreach (var line in File.ReadLines(file, Encoding.Latin1)) trace.Take(line, directory);
        return trace;
    }

    private void Take(string line, string directory)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (pid, rest) = (line[..space], line[space..].TrimStart());
        if (rest.StartsWith("<... ", StringComparison.Ordinal))
        {
            if (unfinished.Remove(pid, out var begun)) End(begun.Call, ResultOf(rest), begun.Begun, directory);
        }
        else if (rest.EndsWith(Unfinished, StringComparison.Ordinal))
        {
            var call = rest[..^Unfinished.Length];
            Begin(call, directory);
            unfinished[pid] = (call, events.Count);
        }
        else if (ResultOf(rest) is { Length: > 0 } result)
        {
            Begin(rest, directory);
            End(rest, result, events.Count, directory);
        }
    }

    private void Begin(string call, string directory)
    {
        var name = call[..Math.Max(0, call.IndexOf('(', StringComparison.Ordinal))];
        var file = name is "unlink" or "rename" or "openat" ? TextIn(call) : FileIn(call);
        if (name is "sendto" or "sendmsg" or "write" && file.StartsWith("socket:", StringComparison.Ordinal))
        {
            if (TextIn(call).StartsWith("HTTP/", StringComparison.Ordinal)) events.Add(new DiskEvent.Answered(Encoding.UTF8.GetString(Unescape(TextIn(call)))));
            return;
        }
        if (file != directory && !file.StartsWith(directory + "/", StringComparison.Ordinal)) return;
        switch (name)
        {
            case "pwrite64": events.Add(new DiskEvent.Written(file, NumberBehindText(call), Unescape(TextIn(call)))); break;
            case "ftruncate": events.Add(new DiskEvent.Truncated(file, Number(call[(call.IndexOf(">, ", StringComparison.Ordinal) + 3)..]))); break;
            case "unlink": events.Add(new DiskEvent.Removed(file)); break;
            case "rename": events.Add(new DiskEvent.Renamed(file, call.Split('"')[3])); break;
            case "openat" when call.Contains("O_CREAT", StringComparison.Ordinal): events.Add(new DiskEvent.Created(file)); break;
            case "openat" or "fsync" or "fdatasync": break;
            default: throw new NotSupportedException($"The server does to its files what this test does not follow: {call[..Math.Min(call.Length, 200)]}");
        }
    }

    private void End(string call, string result, int begun, string directory)
    {
        if (!call.StartsWith("fsync(", StringComparison.Ordinal) && !call.StartsWith("fdatasync(", StringComparison.Ordinal)) return;
        var file = FileIn(call);
        if (result == "0" && file.StartsWith(directory, StringComparison.Ordinal)) events.Add(new DiskEvent.Synced(file, begun));
    }

    /// <summary>What a call returned; empty for lines that are no calls.</summary>
    private static string ResultOf(string line)
    {
        var end = line.LastIndexOf(')');
        var result = end < 0 ? "" : line[(end + 1)..].Trim();
        // An error is explained in brackets of its own.
        if (!result.StartsWith('=') && line.LastIndexOf(" = ", StringComparison.Ordinal) is var equals and >= 0) result = line[(equals + 1)..];
        return result.StartsWith('=') ? result[1..].Trim().Split(' ', '<')[0] : "";
    }

    /// <summary>The file behind the first descriptor, which -y shows.</summary>
    private static string FileIn(string call)
    {
        var (from, to) = (call.IndexOf('<', StringComparison.Ordinal), call.IndexOf('>', StringComparison.Ordinal));
        return from < 0 || to < from ? "" : call[(from + 1)..to];
    }

    /// <summary>The first text in quotation marks, which stand in no text unescaped.</summary>
    private static string TextIn(string call)
    {
        var from = call.IndexOf('"', StringComparison.Ordinal) + 1;
        var to = from;
        while (to < call.Length && call[to] != '"') to += call[to] == '\\' ? 2 : 1;
        return call[from..Math.Min(to, call.Length)];
    }

    /// <summary>The last argument: where the text was written.</summary>
    private static long NumberBehindText(string call) => Number(call[(call.LastIndexOf(',') + 1)..]);

    private static long Number(string text)
    {
        var digits = new string([.. text.Trim().TakeWhile(char.IsAsciiDigit)]);
        return long.Parse(digits, CultureInfo.InvariantCulture);
    }

    /// <summary>The bytes of a string as strace prints it: as C would, or all in hex.</summary>
    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.Add((byte)text[i]);
                continue;
            }
            i++;
            switch (text[i])
            {
                case 'x':
                    bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                case 'n': bytes.Add((byte)'\n'); break;
                case 'r': bytes.Add((byte)'\r'); break;
                case 't': bytes.Add((byte)'\t'); break;
                case 'v': bytes.Add((byte)'\v'); break;
                case 'f': bytes.Add((byte)'\f'); break;
                default: bytes.Add((byte)text[i]); break;
            }
        }
        return [.. bytes];
    }
}
