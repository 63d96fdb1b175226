using System.Buffers;
using System.Text.RegularExpressions;

namespace MemoryStores.Contract.Secrets;

public static partial class SecretScanner
{
    private static readonly SearchValues<char> Masking = SearchValues.Create("*xX.-");
    private static readonly SearchValues<char> Joining = SearchValues.Create("/.:-_@%,");
    private static readonly SearchValues<char> Mixing = SearchValues.Create("!#$%&^*?~+");
    private static readonly SearchValues<char> Code = SearchValues.Create("/\\(){}[]<>=|@");
    private static readonly SearchValues<char> NeverRandom = SearchValues.Create("\\(){}[]<>$*,");

    /// <summary>What stands where a secret would stand, and is none: a variable, a mask, a word that says so.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<char> value) =>
        value[0] is '$' or '<' or '{' or '[' or '%' or '*' || !value.ContainsAnyExcept(Masking) || Placeholders().IsMatch(value);

    /// <summary>In prose a secret has letters and digits or signs that no ordinary word mixes.</summary>
    private static bool LooksSecret(ReadOnlySpan<char> value)
    {
        if (value.Length < 6 || IsIdentifier(value)) return false;
        var (lower, upper, digits, signs) = Count(value);
        if (digits == 0) return IsMixedPassword(value);
        if (signs > 0 && value.IndexOfAny('!', '#', '$') >= 0 && lower + upper > 0) return true;
        if (value.ContainsAny(Joining)) return value.Length >= 20 && IsRandom(value);
        // One kind of letters with few digits is a name such as "node42"; all three kinds, or many digits among letters, are not.
        return (lower > 0 && upper > 1 && digits > 1 && value.Length >= 8) || (value.Length >= 12 && digits >= 3 && Switches(value) >= 4);
    }

    /// <summary>Letters and digits with signs inside that stand in no path, address, version or code: "Wolf!!7Pen".</summary>
    private static bool IsMixedPassword(ReadOnlySpan<char> word)
    {
        var inside = word[1..^1];
        if (word.Length is < 8 or > 64 || !inside.ContainsAny(Mixing) || word.ContainsAny(Code) || word.Contains("://", StringComparison.Ordinal)) return false;
        var (lower, upper, digits, _) = Count(word);
        return lower > 0 && upper > 0 && digits >= 2 && !PercentEscapes().IsMatch(word);
    }

    /// <summary>Letters of both cases and digits thrown together, as no word, path or name is.</summary>
    private static bool IsRandom(ReadOnlySpan<char> word)
    {
        if (word.ContainsAny(NeverRandom) || word.Contains("://", StringComparison.Ordinal) || word[0] is '/' or '.') return false;
        var (lower, upper, digits, signs) = Count(word);
        if (lower < 3 || upper < 3 || digits < 2 || signs * 6 > word.Length) return false;
        // Drawn by chance, two neighbours out of three differ in kind; in a name with capitals and a number, few do.
        return Switches(word) * 3 >= word.Length && Entropy(word) >= 3.6;
    }

    /// <summary>UUIDs, digests and hashes: hexadecimal alone, perhaps in groups or behind the name of an algorithm.</summary>
    private static bool IsIdentifier(ReadOnlySpan<char> word) => Identifiers().IsMatch(word);

    private static (int Lower, int Upper, int Digits, int Signs) Count(ReadOnlySpan<char> word)
    {
        var (lower, upper, digits) = (0, 0, 0);
        foreach (var letter in word)
        {
            if (char.IsAsciiLetterLower(letter)) lower++;
            else if (char.IsAsciiLetterUpper(letter)) upper++;
            else if (char.IsAsciiDigit(letter)) digits++;
        }
        return (lower, upper, digits, word.Length - lower - upper - digits);
    }

    private static int Switches(ReadOnlySpan<char> word)
    {
        static int Kind(char letter) => char.IsAsciiLetterLower(letter) ? 0 : char.IsAsciiLetterUpper(letter) ? 1 : char.IsAsciiDigit(letter) ? 2 : 3;
        var switches = 0;
        for (var i = 1; i < word.Length; i++) if (Kind(word[i]) != Kind(word[i - 1])) switches++;
        return switches;
    }

    private static double Entropy(ReadOnlySpan<char> word)
    {
        Span<int> counts = stackalloc int[128];
        foreach (var letter in word) counts[letter & 127]++;
        var entropy = 0.0;
        foreach (var count in counts)
        {
            if (count == 0) continue;
            var share = (double)count / word.Length;
            entropy -= share * Math.Log2(share);
        }
        return entropy;
    }

    private static bool IsCard(ReadOnlySpan<char> text)
    {
        var (sum, count, first) = (0, 0, '0');
        for (var i = text.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(text[i])) continue;
            var digit = text[i] - '0';
            if (count++ % 2 == 1) digit = digit * 2 > 9 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
            first = text[i];
        }
        // 13 to 19 digits that begin as cards do; one in ten numbers of that length would pass the sum alone.
        return count is >= 13 and <= 19 && sum % 10 == 0 && first is >= '2' and <= '6';
    }

    private static bool IsIban(ReadOnlySpan<char> text)
    {
        Span<char> letters = stackalloc char[64];
        var count = 0;
        foreach (var letter in text) if (letter != ' ' && count < letters.Length) letters[count++] = letter;
        if (count is < 15 or > 34) return false;
        var remainder = 0;
        for (var i = 0; i < count; i++)
        {
            var letter = letters[(i + 4) % count];
            remainder = char.IsAsciiDigit(letter) ? ((remainder * 10) + letter - '0') % 97 : ((remainder * 100) + letter - 'A' + 10) % 97;
        }
        return remainder == 1;
    }

    [GeneratedRegex(@"^(?i)(?:(?:sha-?\d{1,3}|md5|blake\d\w?)[:=-])?(?:[0-9a-f]{6,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:[0-9a-f]{2}:){5,31}[0-9a-f]{2})\z", Linear)]
    private static partial Regex Identifiers();

    [GeneratedRegex(@"^(?i)(?:null|none|nil|true|false|undefined|empty|required|optional|string|bytes?|your[\w-]{0,40}|my[_-][\w-]{0,40}|changeme|redacted|masked|hidden|secret|password|token|example|xxx+|\.\.\.|os\.environ.{0,60}|process\.env.{0,60}|env\..{0,60}|getenv.{0,60})\z", Linear)]
    private static partial Regex Placeholders();

    [GeneratedRegex("%[0-9A-F]{2}", Linear)]
    private static partial Regex PercentEscapes();
}
