namespace MemoryStores.Contract;

/// <summary>
/// Compares strings as their UTF-8 bytes would compare. UTF-16 order differs: surrogates (D800–DFFF) sort before E000–FFFF
/// there, and after them in UTF-8.
/// </summary>
public static class Utf8Order
{
    public static readonly IComparer<string> Comparer = Comparer<string>.Create(Compare);

    public static int Compare(string left, string right)
    {
        var shared = left.AsSpan().CommonPrefixLength(right);
        if (shared == left.Length || shared == right.Length) return left.Length.CompareTo(right.Length);
        var (a, b) = (left[shared], right[shared]);
        var (highA, highB) = (char.IsSurrogate(a), char.IsSurrogate(b));
        return highA == highB ? a.CompareTo(b) : highA ? 1 : -1;
    }
}
