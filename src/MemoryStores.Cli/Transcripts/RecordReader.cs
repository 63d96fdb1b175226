using System.Text.Unicode;

namespace MemoryStores.Cli.Transcripts;

/// <summary>A JSON value of a file and the line it begins in, or why it cannot be read. The bytes are good until the next one is asked for.</summary>
internal readonly record struct FileRecord(int Line, ReadOnlyMemory<byte> Json, string? Flaw);

/// <summary>
/// The JSON values of a file, as a stream: one to a line, or, where the first does not end in its line or is a list, one after the
/// other, lists and <c>{"data": […]}</c> item by item. Holds one value at a time, and none
/// above a bound. What is behind <paramref name="length"/> is not read: a transcript may grow meanwhile.
/// </summary>
internal sealed class RecordReader(Stream stream, long length)
{
    /// <summary>No event is larger than a request to the server; a log holds a whole conversation in a line.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    private static readonly byte[][] DataList = ["{"u8.ToArray(), "\"data\""u8.ToArray(), ":"u8.ToArray(), "["u8.ToArray()];

    private const string TooLong = "is larger than 64 MiB";

    private byte[] buffer = new byte[64 * 1024];
    private long left = length;
    private int begin;
    private int end;
    private int line = 1;
    private int listDepth; // 1 inside of a list, 2 inside of one that is a field

    public IEnumerable<FileRecord> Read()
    {
        if (Has(3) && buffer.AsSpan(begin, 3).SequenceEqual("\uFEFF"u8)) begin += 3;
        return IsOneToALine() ? Lines() : Values();
    }

    private IEnumerable<FileRecord> Lines()
    {
        while (true)
        {
            var (length, tooLong, isLast) = ToLineEnd();
            var text = buffer.AsMemory(begin, length);
            if (tooLong) yield return new FileRecord(line, default, TooLong);
            else if (text.Span.Trim(" \t\r"u8).Length > 0) yield return Checked(line, text);
            if (isLast) yield break;
            begin += length + 1;
            line++;
        }
    }

    /// <summary>How far the line goes that begins here. Of one that is too long only its end is left.</summary>
    private (int Length, bool TooLong, bool IsLast) ToLineEnd()
    {
        for (var (at, tooLong) = (0, false); ;)
        {
            var found = buffer.AsSpan(begin + at, end - begin - at).IndexOf((byte)'\n');
            if (found >= 0) return (at + found, tooLong, false);
            at = end - begin;
            if (at > MostBytes)
            {
                (begin, at, tooLong) = (end, 0, true);
            }
            if (!Fill()) return (at, tooLong, true);
        }
    }

    private IEnumerable<FileRecord> Values()
    {
        while (true)
        {
            SkipSpace();
            if (!Has(1)) yield break;
            if (buffer[begin] == ']' && listDepth > 0)
            {
                begin++;
                if (listDepth == 2) SkipToObjectEnd();
                listDepth = 0;
            }
            else if (listDepth == 0 && ListPrefix(0) is > 0 and var prefix)
            {
                listDepth = buffer[begin] == '[' ? 1 : 2;
                Advance(prefix);
            }
            else
            {
                var (at, (length, flaw)) = (line, ToValueEnd());
                yield return flaw is null ? Checked(at, buffer.AsMemory(begin, length)) : new FileRecord(at, default, flaw);
                Advance(length);
            }
        }
    }

    /// <summary>How far the value goes that begins here: to where its brackets are closed; one without brackets, to the end of its line.</summary>
    private (int Length, string? Flaw) ToValueEnd()
    {
        var (at, depth, inString, tooLong) = (0, 0, false, false);
        while (Has(at + 1))
        {
            var letter = buffer[begin + at++];
            switch (letter)
            {
                case (byte)'\\' when inString: at++; break;
                case (byte)'"': inString = !inString; break;
                case var _ when inString: break;
                case (byte)'{' or (byte)'[': depth++; break;
                case (byte)'}' or (byte)']' when depth > 0:
                    if (--depth == 0) return (at, tooLong ? TooLong : null);
                    break;
                case (byte)'}' or (byte)']': return at == 1 ? (1, "is not JSON") : (at - 1, null);
                case (byte)',' or (byte)'\n' when depth == 0: return (at - 1, null);
            }
            if (at <= MostBytes) continue;
            var dropped = Math.Min(at, end - begin);
            Advance(dropped);
            (at, tooLong) = (at - dropped, true);
        }
        return (end - begin, tooLong ? TooLong : depth > 0 || inString ? "is not whole: the file ends before it does" : null);
    }

    /// <summary>Whether the first value ends in its line: then each line is one, and a broken one breaks no other.</summary>
    private bool IsOneToALine()
    {
        var at = SpaceFrom(0);
        if (!Has(at + 1) || buffer[begin + at] is not ((byte)'{' or (byte)'[')) return true;
        if (ListPrefix(at) > 0) return false;
        for (var (depth, inString) = (0, false); at <= MostBytes && Has(at + 1); at++)
        {
            switch (buffer[begin + at])
            {
                case (byte)'\n': return inString;
                case (byte)'\\' when inString: at++; break;
                case (byte)'"': inString = !inString; break;
                case var _ when inString: break;
                case (byte)'{' or (byte)'[': depth++; break;
                case (byte)'}' or (byte)']' when --depth == 0: return true;
            }
        }
        return true;
    }

    /// <summary>Up to where '[' or '{"data":[' goes that stands there, however spaced; 0 when neither does.</summary>
    private int ListPrefix(int at)
    {
        if (!Has(at + 1)) return 0;
        if (buffer[begin + at] == '[') return at + 1;
        foreach (var word in DataList)
        {
            at = SpaceFrom(at);
            if (!Has(at + word.Length) || !buffer.AsSpan(begin + at, word.Length).SequenceEqual(word)) return 0;
            at += word.Length;
        }
        return at;
    }

    private int SpaceFrom(int at)
    {
        while (Has(at + 1) && buffer[begin + at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        return at;
    }

    /// <summary>Past what stands behind the list in its object, such as the token of a next page.</summary>
    private void SkipToObjectEnd()
    {
        var (depth, inString) = (1, false);
        while (depth > 0 && Has(1))
        {
            var letter = buffer[begin];
            Advance(inString && letter == '\\' && Has(2) ? 2 : 1);
            if (letter == '"') inString = !inString;
            else if (inString) continue;
            else if (letter is (byte)'{' or (byte)'[') depth++;
            else if (letter is (byte)'}' or (byte)']') depth--;
        }
    }

    private void SkipSpace()
    {
        while (Has(1) && buffer[begin] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',') Advance(1);
    }

    private void Advance(int count)
    {
        count = Math.Min(count, end - begin);
        line += buffer.AsSpan(begin, count).Count((byte)'\n');
        begin += count;
    }

    private static FileRecord Checked(int line, ReadOnlyMemory<byte> json) =>
        Utf8.IsValid(json.Span) ? new FileRecord(line, json, null) : new FileRecord(line, default, "is not UTF-8");

    /// <summary>Whether that many bytes are there, reading them when they are not.</summary>
    private bool Has(int count)
    {
        while (end - begin < count)
        {
            if (!Fill()) return false;
        }
        return true;
    }

    private bool Fill()
    {
        if (end == buffer.Length)
        {
            var kept = end - begin;
            var room = kept > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
            buffer.AsSpan(begin, kept).CopyTo(room);
            (buffer, begin, end) = (room, 0, kept);
        }
        var read = stream.Read(buffer, end, (int)Math.Min(buffer.Length - end, left));
        end += read;
        left -= read;
        return read > 0;
    }
}
