using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace MemoryStores.Mount.Journaling;

/// <summary>Reads what <see cref="RecordWriter"/> wrote. Whatever the bytes are, it ends in a value or an <see cref="InvalidDataException"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> rest = payload;

    /// <summary>The record at the front of the bytes and how long it is with its head; false where there is none that is whole.</summary>
    public static bool TryNext(ReadOnlySpan<byte> bytes, out RecordKind kind, out RecordReader record, out int length)
    {
        kind = default;
        record = default;
        length = 0;
        if (bytes.Length <= RecordWriter.HeadBytes) return false;
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (size < 1 || size > bytes.Length - RecordWriter.HeadBytes) return false;
        var body = bytes.Slice(RecordWriter.HeadBytes, size);
        if (RecordWriter.Checksum(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])) return false;
        kind = (RecordKind)body[0];
        record = new RecordReader(body[1..]);
        length = RecordWriter.HeadBytes + size;
        return true;
    }

    public byte Byte() => Take(1)[0];

    public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public string? Text()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        if (length == -1) return null;
        var bytes = Take(length);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new InvalidDataException("a text that is not UTF-8");
    }

    public string NeededText() => Text() ?? throw new InvalidDataException("a text is missing");

    public byte[]? Bytes()
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        return length == -1 ? null : Take(length).ToArray();
    }

    public byte[] NeededBytes() => Bytes() ?? throw new InvalidDataException("bytes are missing");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > rest.Length) throw new InvalidDataException("a record shorter than it says");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
