using System.Text;
using MemoryStores.Contract;
using MemoryStores.Testing;

namespace MemoryStores.Simulation.Tests.Histories;

/// <summary>Hostile text for every parser of the shared language: refused or taken, never an exception, and what is taken keeps its rules.</summary>
public sealed class ParserFacts
{
    private static readonly int Rounds = Chance.IsSoak ? 3_000_000 : 150_000;

    private readonly Random random = Chance.For(nameof(ParserFacts));

    [Fact]
    public void A_path_is_taken_only_as_the_rules_have_it()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var text = Text("/a.b\u00e9\u0301\u200d\ud83d\ude00\ud83d%\\ \0\n\u2028_*");
            if (!MemoryPath.TryParse(text, out var path, out var reason))
            {
                Assert.False(string.IsNullOrEmpty(reason), Chance.Replay);
                continue;
            }
            Assert.Equal(text, path.Value);
            Assert.StartsWith("/", text, StringComparison.Ordinal);
            Assert.DoesNotContain("//", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text.Split('/')[1..], part => part is "" or "." or "..");
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 2, Limits.PathBytes);
            Assert.False(text.Any(char.IsControl), Chance.Replay);
            Assert.Equal(text, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        }
    }

    [Fact]
    public void A_time_is_read_or_refused_with_a_reason()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var text = random.Next(2) == 0 ? Text("0123456789-:TtZz.+ ") : Bent(Timestamp.Write(random.NextInt64(0, 4_000_000_000_000_000)));
            if (!Timestamp.TryParse(text, roundUp: random.Next(2) == 0, out var time, out var reason)) Assert.NotEmpty(reason);
            else Assert.True(Timestamp.TryParse(Timestamp.Write(time), false, out var again, out _) && again == time, $"{text}; {Chance.Replay}");
        }
    }

    [Fact]
    public void Ids_and_digests_never_throw()
    {
        for (var i = 0; i < Rounds; i++)
        {
            var text = Text("memstore_memver_01abcXYZ\0\u00e9 ");
            if (StoreId.TryParse(text) is { } store) Assert.Equal(text, store.Value);
            if (MemoryId.TryParse(text) is { } memory) Assert.Equal(text, memory.Value);
            if (VersionId.TryParse(text) is { } version) Assert.Equal(text, version.Value);
            if (ContentDigest.TryParse(text, out var digest)) Assert.Equal(text, digest.ToString());
        }
    }

    private string Text(string letters) => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => letters[random.Next(letters.Length)]));

    /// <summary>Good text with one letter changed.</summary>
    private string Bent(string text)
    {
        var at = random.Next(text.Length);
        return text[..at] + (char)random.Next(32, 127) + text[(at + 1)..];
    }
}
