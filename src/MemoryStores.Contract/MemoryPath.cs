using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MemoryStores.Contract.Unicode;

namespace MemoryStores.Contract;

/// <summary>Where a memory lives in its store, such as "/projects/roof.md". Compared and ordered byte for byte in UTF-8.</summary>
public sealed record MemoryPath
{
    /// <summary>The official sync worker keeps its marker here and skips a memory of that name, so none may have it.</summary>
    private const string WorkerMarker = "/.anthropic-memory-store";

    public string Value { get; }

    private MemoryPath(string value) => Value = value;

    public static bool TryParse(
        string text, [NotNullWhen(true)] out MemoryPath? path, [NotNullWhen(false)] out string? reason)
    {
        reason = Flaw(text) ?? (text == WorkerMarker ? $"'{WorkerMarker}' is kept for the sync worker's own marker." : null);
        path = reason is null ? new MemoryPath(text) : null;
        return path is not null;
    }

    /// <summary>For paths read back from storage, which were parsed when they were written.</summary>
    public static MemoryPath FromStorage(string value) => new(value);

    public override string ToString() => Value;

    /// <summary>The directories above this path from the top, without the root: "/a/b/c" has "/a" and "/a/b".</summary>
    public IEnumerable<string> Ancestors()
    {
        for (var slash = Value.IndexOf('/', 1); slash > 0; slash = Value.IndexOf('/', slash + 1))
            yield return Value[..slash];
    }

    public bool IsBelow(string directory) =>
        Value.Length > directory.Length && Value[directory.Length] == '/' && Value.StartsWith(directory, StringComparison.Ordinal);

    /// <summary>What is wrong with the text as a memory path, in words for people; null when it is one.</summary>
    private static string? Flaw(string text)
    {
        if (!text.StartsWith('/')) return "A path starts with '/'.";
        if (text.Length < 2) return "A path names something below '/'.";
        // Cheap bound first: no later check looks at more than this many characters.
        if (text.Length > Limits.PathBytes || Encoding.UTF8.GetByteCount(text) > Limits.PathBytes)
            return $"A path holds at most {Limits.PathBytes} bytes of UTF-8.";
        if (FlawInSegments(text) is { } segment) return segment;
        if (FlawInCharacters(text) is { } character) return character;
        return ComposedForm.Holds(text) ? null : "A path is in Unicode Normalization Form C; this one is not. Normalize it (NFC) and send it again.";
    }

    private static string? FlawInSegments(string text)
    {
        var count = 0;
        foreach (var range in text.AsSpan(1).Split('/'))
        {
            var segment = text.AsSpan(1)[range];
            if (segment.IsEmpty) return "A path has no empty part: no '//' and no '/' at its end.";
            if (segment is "." or "..") return $"A part of a path is never '{segment}'.";
            if (++count > Limits.PathSegments) return $"A path has at most {Limits.PathSegments} parts.";
        }
        return null;
    }

    private static string? FlawInCharacters(ReadOnlySpan<char> rest)
    {
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done)
                return "A path is well-formed Unicode; this one has half of a surrogate pair.";
            if (rune.Value is 0x2028 or 0x2029
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format)
                return $"A path has no control or format characters; this one has U+{rune.Value:X4}.";
            rest = rest[length..];
        }
        return null;
    }
}
