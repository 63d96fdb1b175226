using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace MemoryStores.Mount.Journaling;

/// <summary>
/// Puts records together, one behind the other: u32 length of kind and payload, u32 CRC-32C of them, u8 kind, payload. Numbers
/// are little-endian, texts and bytes carry their length, -1 for none.
/// </summary>
internal sealed class RecordWriter
{
    public const int HeadBytes = 8;

    private byte[] buffer = new byte[4096];
    private int start;
    private bool isOpen;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, isOpen ? start : Length);

    public void Clear() => (Length, isOpen) = (0, false);

    public void Begin(RecordKind kind)
    {
        // One that was begun and not ended failed half way, and is none.
        if (isOpen) Length = start;
        (start, isOpen) = (Length, true);
        Take(HeadBytes);
        Byte((byte)kind);
    }

    public void End()
    {
        var body = buffer.AsSpan(start + HeadBytes, Length - start - HeadBytes);
        isOpen = false;
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(start), body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(start + 4), Checksum(body));
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Number(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Text(string? value)
    {
        if (value is null)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Take(4), -1);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(value);
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Take(4), value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void NoBytes() => BinaryPrimitives.WriteInt32LittleEndian(Take(4), -1);

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > buffer.Length) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + count));
        var taken = buffer.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}
