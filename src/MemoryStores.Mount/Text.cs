using System.Buffers;
using System.Text;

namespace MemoryStores.Mount;

/// <summary>Whether bytes are a memory's text.</summary>
internal static class Text
{
    /// <summary>UTF-8, but for a last character of which the end may still be to come.</summary>
    public static bool IsWholeOrCutOff(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return true;
        // The last up to three bytes may be the beginning of one character.
        for (var cut = 1; cut <= Math.Min(3, bytes.Length); cut++)
        {
            if (Rune.DecodeFromUtf8(bytes[^cut..], out _, out _) == OperationStatus.NeedMoreData) return System.Text.Unicode.Utf8.IsValid(bytes[..^cut]);
        }
        return false;
    }
}
