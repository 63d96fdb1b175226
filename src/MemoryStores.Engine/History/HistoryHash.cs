using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MemoryStores.Contract;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Engine.History;

/// <summary>
/// The tamper-evident form of a history entry. docs/reference/history.md is its specification for auditors; the two must agree.
/// <code>
/// entry = SHA-256( field(tag) field(store) u64(seq) field(kind) u64(at) field(actor kind) field(actor id) field(commit id)
///                  field(memory) field(version) field(about)
///                  field(C path) field(C content) field(C name) field(C description) field(C metadata) )
/// link  = SHA-256( previous link ‖ entry ),   the first previous link being 32 zero bytes
/// C x   = SHA-256( salt ‖ field(name of x) ‖ field(value of x) )
/// field(bytes) = u32 length, bytes;  an absent field is the u32 FFFFFFFF alone;  numbers are big-endian
/// </code>
/// Salts are random, 32 bytes per committed field that is present, concatenated in the order above. Redaction overwrites
/// each salt with the commitment it belonged to: nothing can be guessed back, and the entry can still be recomputed.
/// </summary>
public static class HistoryHash
{
    public const int Size = 32;
    private const string Tag = "memorystores/history/1";
    private const uint Absent = uint.MaxValue;

    public static string NameOf(HistoryKind kind) => kind switch
    {
        HistoryKind.MemoryCreated => "memory.created",
        HistoryKind.MemoryModified => "memory.modified",
        HistoryKind.MemoryDeleted => "memory.deleted",
        HistoryKind.StoreCreated => "store.created",
        HistoryKind.StoreUpdated => "store.updated",
        HistoryKind.StoreArchived => "store.archived",
        HistoryKind.VersionRedacted => "version.redacted",
        HistoryKind.MemoryConflict => "memory.conflict",
        _ => throw new UnreachableException(),
    };

    public static string NameOf(ActorKind kind) => kind switch
    {
        ActorKind.ApiKey => "api_actor",
        ActorKind.Session => "session_actor",
        ActorKind.User => "user_actor",
        ActorKind.ServiceAccount => "service_account_actor",
        _ => throw new UnreachableException(),
    };

    /// <summary>The entry with new salts, its hash, and the link that follows <paramref name="previousLink"/>.</summary>
    public static HistoryEntry Seal(HistoryEntry entry, ReadOnlySpan<byte> previousLink)
    {
        var salts = RandomNumberGenerator.GetBytes(Size * CommittedFields(entry).Count(field => field.Value is not null));
        var hash = EntryOf(entry, Commitments(entry, salts));
        return entry with { Salts = salts, Entry = hash, Link = LinkOf(previousLink, hash) };
    }

    public static byte[] LinkOf(ReadOnlySpan<byte> previousLink, ReadOnlySpan<byte> entry)
    {
        Span<byte> both = stackalloc byte[2 * Size];
        previousLink.CopyTo(both);
        entry.CopyTo(both[Size..]);
        return SHA256.HashData(both);
    }

    /// <summary>What takes the place of the salts when the values are erased: the commitments, in the same order.</summary>
    public static byte[] Commitments(HistoryEntry entry, ReadOnlySpan<byte> salts)
    {
        var commitments = new byte[salts.Length];
        var at = 0;
        foreach (var (name, value) in CommittedFields(entry))
        {
            if (value is null) continue;
            Commitment(salts.Slice(at, Size), name, value).CopyTo(commitments.AsSpan(at));
            at += Size;
        }
        return at == salts.Length ? commitments
            : throw new InvalidDataException($"Entry {entry.Seq} has {salts.Length} bytes of salts for {at / Size} committed fields.");
    }

    /// <summary>The hash of an entry from its plain fields and its commitments, whether its values are still there or erased.</summary>
    public static byte[] EntryOf(HistoryEntry entry, ReadOnlySpan<byte> commitments)
    {
        var text = new ArrayBufferWriter<byte>(640);
        WriteField(text, Tag);
        WriteField(text, entry.Store.Value);
        WriteNumber(text, entry.Seq);
        WriteField(text, NameOf(entry.Kind));
        WriteNumber(text, entry.At);
        WriteField(text, entry.By is { } by ? NameOf(by.Kind) : null);
        WriteField(text, entry.By?.Id);
        WriteField(text, entry.CommitId);
        WriteField(text, entry.Memory?.Value);
        WriteField(text, entry.Version?.Value);
        WriteField(text, entry.About?.Value);
        foreach (var present in Presence(entry))
        {
            if (present) WriteField(text, commitments[..Size]);
            else WriteAbsent(text);
            if (present) commitments = commitments[Size..];
        }
        return SHA256.HashData(text.WrittenSpan);
    }

    /// <summary>
    /// Which committed fields an entry of this kind has, in order. By kind and not by value, so that an erased entry says
    /// the same as it did before.
    /// </summary>
    private static ReadOnlySpan<bool> Presence(HistoryEntry entry) => entry.Kind switch
    {
        HistoryKind.MemoryCreated or HistoryKind.MemoryModified => [true, true, false, false, false],
        HistoryKind.MemoryDeleted => [true, false, false, false, false],
        HistoryKind.StoreCreated or HistoryKind.StoreUpdated => [false, false, true, true, true],
        _ => [false, false, false, false, false],
    };

    private static IEnumerable<(string Name, byte[]? Value)> CommittedFields(HistoryEntry entry)
    {
        yield return ("path", entry.Path is { } path ? Encoding.UTF8.GetBytes(path.Value) : null);
        yield return ("content", entry.Digest is { } digest ? HashAndSize(digest, entry.Size ?? 0) : null);
        yield return ("name", entry.Profile is { } named ? Encoding.UTF8.GetBytes(named.Name) : null);
        yield return ("description", entry.Profile is { } described ? Encoding.UTF8.GetBytes(described.Description) : null);
        yield return ("metadata", entry.Profile is { } tagged ? Canonical(tagged) : null);
    }

    private static byte[] HashAndSize(ContentDigest digest, long size)
    {
        var value = new byte[ContentDigest.Size + sizeof(long)];
        digest.Bytes.CopyTo(value);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(ContentDigest.Size), size);
        return value;
    }

    private static byte[] Canonical(StoreProfile profile)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in profile.Metadata)
        {
            WriteField(text, key);
            WriteField(text, value);
        }
        return text.WrittenSpan.ToArray();
    }

    private static byte[] Commitment(ReadOnlySpan<byte> salt, string name, ReadOnlySpan<byte> value)
    {
        var text = new ArrayBufferWriter<byte>(Size + 32 + value.Length);
        text.Write(salt);
        WriteField(text, name);
        WriteField(text, value);
        return SHA256.HashData(text.WrittenSpan);
    }

    private static void WriteField(ArrayBufferWriter<byte> text, string? value)
    {
        if (value is null)
        {
            WriteAbsent(text);
            return;
        }
        Span<byte> bytes = stackalloc byte[256];
        if (Encoding.UTF8.TryGetBytes(value, bytes, out var length)) WriteField(text, bytes[..length]);
        else WriteField(text, Encoding.UTF8.GetBytes(value));
    }

    private static void WriteField(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(text.GetSpan(4), (uint)value.Length);
        text.Advance(4);
        text.Write(value);
    }

    private static void WriteAbsent(ArrayBufferWriter<byte> text)
    {
        BinaryPrimitives.WriteUInt32BigEndian(text.GetSpan(4), Absent);
        text.Advance(4);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> text, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(text.GetSpan(8), value);
        text.Advance(8);
    }
}
