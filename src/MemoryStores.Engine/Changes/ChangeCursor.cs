using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MemoryStores.Engine.Changes;

/// <summary>
/// A place in one store's history: a seq, and the beginning of the link there. Who holds one is a witness: a history that was
/// put back from a backup, or rewritten, has another link at that seq, or none. On the wire <c>SEQ-LINKPREFIX</c>.
/// </summary>
public sealed partial record ChangeCursor
{
    // 64 bits: nobody meets another history with the same by chance, and an auditor has the whole link.
    private const int PrefixBytes = 8;

    public long Seq { get; }
    private string Prefix { get; }

    private ChangeCursor(long seq, string prefix) => (Seq, Prefix) = (seq, prefix);

    public static ChangeCursor Of(long seq, ReadOnlyMemory<byte> link) => new(seq, Convert.ToHexStringLower(link.Span[..PrefixBytes]));

    public static bool TryParse(string text, [NotNullWhen(true)] out ChangeCursor? cursor)
    {
        cursor = Shape().Match(text) is { Success: true } match
            && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? new ChangeCursor(seq, match.Groups[2].Value)
            : null;
        return cursor is not null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}-{Prefix}");

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,18})-([0-9a-f]{16})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
