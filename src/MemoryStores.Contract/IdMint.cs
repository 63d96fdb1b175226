using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MemoryStores.Contract;

/// <summary>
/// Makes ids that sort by the time of their making: 56 bits of microseconds, then 72 random bits, written as 22 base58
/// digits (58^22 is a little more than 2^128, so every value has exactly one such form).
/// </summary>
public static class IdMint
{
    private const string Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int Length = 22;
    private const ulong DigitsAtOnce = 430_804_206_899_405_824; // 58^10, the most that fits 64 bits

    public static readonly SearchValues<char> Letters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-");

    public static string Next(string tag, long microseconds)
    {
        Span<byte> chance = stackalloc byte[9];
        RandomNumberGenerator.Fill(chance);
        return Write(tag, microseconds, chance);
    }

    public static string Write(string tag, long microseconds, ReadOnlySpan<byte> chance)
    {
        var high = ((ulong)microseconds << 8) | chance[0];
        var low = BinaryPrimitives.ReadUInt64BigEndian(chance[1..]);
        return string.Create(tag.Length + 2 + Length, (tag, value: new UInt128(high, low)), static (text, from) =>
        {
            from.tag.CopyTo(text);
            text[from.tag.Length] = '0';
            text[from.tag.Length + 1] = '1';
            var (value, at) = (from.value, text.Length);
            while (at > from.tag.Length + 2)
            {
                var (rest, tenDigits) = UInt128.DivRem(value, DigitsAtOnce);
                var part = (ulong)tenDigits;
                for (var i = 0; i < 10 && at > from.tag.Length + 2; i++, part /= 58)
                    text[--at] = Digits[(int)(part % 58)];
                value = rest;
            }
        });
    }
}
