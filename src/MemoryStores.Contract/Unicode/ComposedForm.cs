using System.Buffers;
using System.Globalization;

namespace MemoryStores.Contract.Unicode;

/// <summary>
/// Unicode Normalization Form C, as a question. Our programs run without ICU, and there the runtime's own
/// <see cref="string.IsNormalized()"/> answers yes to everything, so the rule of Unicode Standard Annex 15 stands here.
/// </summary>
/// <remarks>
/// The steps: 1 pass what is plainly composed, 2 take composites apart and put marks in order, 3 compose again,
/// 4 compare. The tables are those of one Unicode version (see ComposedForm.Data.cs); to them a character of a later
/// version is a letter that joins nothing, so text a newer machine has composed still holds.
/// </remarks>
internal static partial class ComposedForm
{
    // Every character below is composed, has no place among marks and never joins the character before it.
    private const char FirstOfInterest = '\u0300';

    // U+1F82 comes apart into four characters; make-tables insists that no composite has more.
    private const int MostParts = 4;

    // Two kilobytes of stack; text with more than 64 characters from the first of interest on borrows from the pool.
    private const int LettersOnStack = 256;

    /// <summary>
    /// Whether <paramref name="text"/> equals its own Form C. Takes time and room in proportion to the text, so check
    /// its length first. Ask only about well-formed UTF-16: half a surrogate pair is taken for a letter that joins nothing.
    /// </summary>
    public static bool Holds(ReadOnlySpan<char> text)
    {
        // 1. Pass what is plainly composed.
        var first = text.IndexOfAnyExceptInRange('\0', (char)(FirstOfInterest - 1));
        if (first < 0) return true;
        // Only the last of the plain characters can still be joined by what follows.
        var rest = text[Math.Max(first - 1, 0)..];

        var room = checked(rest.Length * MostParts);
        if (room <= LettersOnStack) return Holds(rest, stackalloc Letter[LettersOnStack]);
        var borrowed = ArrayPool<Letter>.Shared.Rent(room);
        try
        {
            return Holds(rest, borrowed);
        }
        finally
        {
            ArrayPool<Letter>.Shared.Return(borrowed);
        }
    }

    private static bool Holds(ReadOnlySpan<char> text, Span<Letter> room) =>
        TryTakeApart(text, room, out var count) && Equal(text, room[..Compose(room[..count])]);

    // 2. Take composites apart and put marks in order. False when a character alone, or two marks in the wrong order,
    // already show that the text is not composed.
    private static bool TryTakeApart(ReadOnlySpan<char> text, Span<Letter> letters, out int count)
    {
        count = 0;
        var before = 0;
        foreach (var character in text.EnumerateRunes())
        {
            var rank = Tables.RankOf(character.Value);
            if (Tables.IsRefused(character.Value) || (rank != 0 && rank < before)) return false;
            before = rank;
            TakeApart(character.Value, letters, ref count);
        }

        return true;
    }

    private static void TakeApart(int character, Span<Letter> letters, ref int count)
    {
        if (Hangul.TryTakeApart(character, out var first, out var second)
            || Tables.TryTakeApart(character, out first, out second))
        {
            TakeApart(first, letters, ref count);
            TakeApart(second, letters, ref count);
        }
        else
        {
            Place(new Letter(character, Tables.RankOf(character)), letters, ref count);
        }
    }

    // The marks of the text arrive in order, so a mark steps back over those of the last composite at most: three.
    private static void Place(Letter letter, Span<Letter> letters, ref int count)
    {
        var at = count++;
        for (; letter.Rank != 0 && at > 0 && letters[at - 1].Rank > letter.Rank; at--) letters[at] = letters[at - 1];
        letters[at] = letter;
    }

    // 3. Compose again, in place. A letter joins the last starter if nothing is left between them but marks of lower rank.
    private static int Compose(Span<Letter> letters)
    {
        var count = 0;
        var starter = -1;
        foreach (var letter in letters)
        {
            var inReach = starter >= 0 && (starter == count - 1 || letters[count - 1].Rank < letter.Rank);
            if (inReach && TryJoin(letters[starter].Character, letter.Character, out var composite))
            {
                letters[starter] = new Letter(composite, Rank: 0);
                continue;
            }

            if (letter.Rank == 0) starter = count;
            letters[count++] = letter;
        }

        return count;
    }

    private static bool TryJoin(int first, int second, out int composite) =>
        Hangul.TryJoin(first, second, out composite) || Tables.TryJoin(first, second, out composite);

    // 4. Compare.
    private static bool Equal(ReadOnlySpan<char> text, ReadOnlySpan<Letter> letters)
    {
        var at = 0;
        foreach (var character in text.EnumerateRunes())
        {
            if (at == letters.Length || letters[at++].Character != character.Value) return false;
        }

        return at == letters.Length;
    }

    /// <summary>A character on its way through the steps; rank 0 is a starter, any other the order of a mark.</summary>
    private readonly record struct Letter(int Character, int Rank);

    /// <summary>Syllables are reckoned: every lead with every vowel, alone or with one of the tails.</summary>
    private static class Hangul
    {
        private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161;
        private const int LeadCount = 19, VowelCount = 21, TailCount = 28;

        // One below the first tail: tail 0 is none.
        private const int Tails = 0x11A7;

        public static bool TryTakeApart(int character, out int first, out int second)
        {
            (first, second) = (0, 0);
            var syllable = character - Syllables;
            if (syllable is < 0 or >= LeadCount * VowelCount * TailCount) return false;

            var (open, tail) = Math.DivRem(syllable, TailCount);
            (first, second) = tail == 0
                ? (Leads + (open / VowelCount), Vowels + (open % VowelCount))
                : (character - tail, Tails + tail);
            return true;
        }

        public static bool TryJoin(int first, int second, out int composite)
        {
            var (lead, vowel) = (first - Leads, second - Vowels);
            if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
            {
                composite = Syllables + (((lead * VowelCount) + vowel) * TailCount);
                return true;
            }

            var (syllable, tail) = (first - Syllables, second - Tails);
            composite = first + tail;
            return syllable is >= 0 and < LeadCount * VowelCount * TailCount && syllable % TailCount == 0
                && tail is > 0 and < TailCount;
        }
    }

    /// <summary>The texts of ComposedForm.Data.cs, read once, when the first text with a character of interest arrives.</summary>
    private static class Tables
    {
        // Plain loops and plain keys: a program that asks once also pays for compiling what stands here, and with queries and
        // tuples in their place it waited half as long again.
        private static readonly HashSet<int> Refused = ReadRefused();
        private static readonly Dictionary<int, int> Ranks = ReadRanks();
        private static readonly Dictionary<long, int> Composites = ReadComposites();
        private static readonly Dictionary<int, long> Parts = TurnRound(Composites);

        public static bool IsRefused(int character) => Refused.Contains(character);

        public static int RankOf(int character) => Ranks.GetValueOrDefault(character);

        public static bool TryTakeApart(int character, out int first, out int second)
        {
            var found = Parts.TryGetValue(character, out var pair);
            (first, second) = ((int)(pair >> 32), (int)pair);
            return found;
        }

        public static bool TryJoin(int first, int second, out int composite) =>
            Composites.TryGetValue(Pair(first, second), out composite);

        private static long Pair(int first, int second) => ((long)first << 32) + second;

        private static HashSet<int> ReadRefused()
        {
            var refused = new HashSet<int>();
            foreach (var word in Words(NeverComposed))
            {
                var (first, last) = Range(word);
                for (var character = first; character <= last; character++) refused.Add(character);
            }

            return refused;
        }

        private static Dictionary<int, int> ReadRanks()
        {
            var ranks = new Dictionary<int, int>();
            var rank = 1;
            foreach (var word in Words(MarksInOrder))
            {
                if (word == "<")
                {
                    rank++;
                    continue;
                }

                var (first, last) = Range(word);
                for (var mark = first; mark <= last; mark++) ranks.Add(mark, rank);
            }

            return ranks;
        }

        private static Dictionary<long, int> ReadComposites()
        {
            var composites = new Dictionary<long, int>();
            var second = 0;
            foreach (var word in Words(JoinedPairs))
            {
                var equals = word.IndexOf('=');
                if (equals < 0) second = CodePoint(word.AsSpan(1));
                else composites.Add(Pair(CodePoint(word.AsSpan(0, equals)), second), CodePoint(word.AsSpan(equals + 1)));
            }

            return composites;
        }

        private static Dictionary<int, long> TurnRound(Dictionary<long, int> composites)
        {
            var parts = new Dictionary<int, long>();
            foreach (var (pair, composite) in composites) parts.Add(composite, pair);
            return parts;
        }

        private static string[] Words(string table) => table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        private static (int First, int Last) Range(string word)
        {
            var dash = word.IndexOf('-');
            return dash < 0
                ? (CodePoint(word), CodePoint(word))
                : (CodePoint(word.AsSpan(0, dash)), CodePoint(word.AsSpan(dash + 1)));
        }

        private static int CodePoint(ReadOnlySpan<char> hex) =>
            int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
