using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using MemoryStores.Contract;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>A needle that was found: what it was made of, and where it lies.</summary>
public sealed record Find(string What, string File, long Offset);

/// <summary>
/// Byte strings to look for, many thousands at once, in files read from end to end. Each is known by its first eight bytes;
/// at every offset a bitmap answers for nearly all of the file that no needle begins there.
/// </summary>
public sealed class Needles
{
    /// <summary>Length of the pieces that longer texts are cut into: what a page may hold of them, and no accident has.</summary>
    public const int Piece = 24;

    // Between the starts of two pieces of a long text: well below the size of a page, so that each page of it holds some.
    private const int Stride = 256;

    private const int KeySize = sizeof(ulong);
    private const int BitmapBits = 24;

    private readonly List<(string What, byte[] Bytes)> needles = [];
    private readonly Dictionary<ulong, List<int>> byKey = [];
    private readonly ulong[] bitmap = new ulong[1 << (BitmapBits - 6)];

    public int Count => needles.Count;

    /// <summary>Pieces of a text from its start to its end.</summary>
    public void AddPieces(string what, ReadOnlySpan<byte> text)
    {
        if (text.Length < Piece) throw new ArgumentException($"{text.Length} bytes are too few to be told from an accident.", nameof(text));
        for (var at = 0; at + Piece <= text.Length; at += Stride) Add($"{what} at {at}", text.Slice(at, Piece));
        Add($"{what} at its end", text[^Piece..]);
    }

    public void AddPieces(string what, string text) => AddPieces(what, Encoding.UTF8.GetBytes(text));

    /// <summary>A digest as it may be kept: 32 bytes, or 64 hex digits.</summary>
    public void AddDigest(ContentDigest digest)
    {
        Add($"digest {digest}", digest.Bytes);
        Add($"digest {digest} in hex", Encoding.ASCII.GetBytes(digest.ToString()));
    }

    /// <summary>These needles without those that lie in texts which may stay.</summary>
    public Needles Without(IEnumerable<ReadOnlyMemory<byte>> staying)
    {
        var excused = new HashSet<int>();
        foreach (var text in staying) Scan(text.Span, (needle, _) => excused.Add(needle));
        var rest = new Needles();
        for (var i = 0; i < needles.Count; i++)
        {
            if (!excused.Contains(i)) rest.Add(needles[i].What, needles[i].Bytes);
        }
        return rest;
    }

    /// <summary>Every place of every needle in every file below a directory.</summary>
    public List<Find> FindIn(string directory)
    {
        var finds = new List<Find>();
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            var bytes = ReadAll(file);
            Scan(bytes, (needle, at) => finds.Add(new Find(needles[needle].What, file, at)));
        }
        return finds;
    }

    private void Add(string what, ReadOnlySpan<byte> bytes)
    {
        var key = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (!byKey.TryGetValue(key, out var same)) byKey.Add(key, same = []);
        foreach (var known in same)
        {
            if (bytes.SequenceEqual(needles[known].Bytes)) return;
        }
        same.Add(needles.Count);
        needles.Add((what, bytes.ToArray()));
        var bit = BitOf(key);
        bitmap[bit >> 6] |= 1UL << (bit & 63);
    }

    private void Scan(ReadOnlySpan<byte> text, Action<int, int> found)
    {
        for (var at = 0; at + KeySize <= text.Length; at++)
        {
            var key = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            var bit = BitOf(key);
            if ((bitmap[bit >> 6] >> (bit & 63) & 1) == 0 || !byKey.TryGetValue(key, out var candidates)) continue;
            foreach (var candidate in candidates)
            {
                if (text[at..].StartsWith(needles[candidate].Bytes)) found(candidate, at);
            }
        }
    }

    private static int BitOf(ulong key) => (int)(BitOperations.RotateLeft(key * 0x9E3779B97F4A7C15, 31) >> (64 - BitmapBits));

    private static byte[] ReadAll(string file)
    {
        // The server's lock file is held without sharing; a lock has nothing to read anyway.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
