using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace MemoryStores.Mount.Syncing;

/// <summary>What a file system says of a file. Times are nanoseconds since 1970; <see cref="Born"/> is 0 where it does not know.</summary>
internal sealed record FileStatus(ulong Inode, long Born, long Size, long Modified, long Changed)
{
    private const uint BirthIsKnown = 0x800;
    private const int KindBits = 0xF000;

    [JsonIgnore]
    public ushort Mode { get; init; }

    [JsonIgnore]
    public uint User { get; init; }

    [JsonIgnore]
    public uint Group { get; init; }

    [JsonIgnore]
    public ulong Device { get; init; }

    [JsonIgnore]
    public bool IsFile => (Mode & KindBits) == 0x8000;

    [JsonIgnore]
    public bool IsDirectory => (Mode & KindBits) == 0x4000;

    [JsonIgnore]
    public bool IsSymbolicLink => (Mode & KindBits) == 0xA000;

    /// <summary>
    /// Tells the same file wherever it is, and never that it was untouched: for right after a change, when another one of the same
    /// tick of the clock would not show, and for a file whose bytes are not those remembered.
    /// </summary>
    [JsonIgnore]
    public FileStatus Identity => this with { Changed = 0 };

    /// <summary>The same file with, as far as can be told without reading it, the same bytes. A rename or chmod in between counts.</summary>
    public bool IsUntouched(FileStatus other) => HasSameBytes(other) && Changed == other.Changed;

    /// <summary>The same, wherever it was renamed to.</summary>
    public bool HasSameBytes(FileStatus other) => Inode == other.Inode && Born == other.Born && Size == other.Size && Modified == other.Modified;

    public static FileStatus FromStatX(ReadOnlySpan<byte> status) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(status[32..]),
        (BinaryPrimitives.ReadUInt32LittleEndian(status) & BirthIsKnown) != 0 ? Time(status[80..]) : 0,
        BinaryPrimitives.ReadInt64LittleEndian(status[40..]),
        Time(status[112..]),
        Time(status[96..]))
    {
        User = BinaryPrimitives.ReadUInt32LittleEndian(status[20..]),
        Group = BinaryPrimitives.ReadUInt32LittleEndian(status[24..]),
        Mode = BinaryPrimitives.ReadUInt16LittleEndian(status[28..]),
        Device = ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[136..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(status[140..]),
    };

    private static long Time(ReadOnlySpan<byte> stamp) =>
        unchecked((BinaryPrimitives.ReadInt64LittleEndian(stamp) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(stamp[8..]));
}
