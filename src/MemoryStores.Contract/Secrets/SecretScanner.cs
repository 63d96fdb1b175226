using System.Text;
using System.Text.RegularExpressions;

namespace MemoryStores.Contract.Secrets;

/// <summary>
/// Finds what must never be kept: keys of vendors, private keys, passwords that are assigned or spoken of, credentials in
/// connection strings, tokens that look drawn by chance, card numbers (Luhn), IBANs (mod 97). A UUID, a digest and a git hash are
/// none of these. All patterns are bounded and run without backtracking, so time is linear in the text, whatever it is.
/// </summary>
public static partial class SecretScanner
{
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>The secrets of a text in order, none overlapping another.</summary>
    public static IReadOnlyList<SecretSpan> Scan(string text)
    {
        var found = new List<SecretSpan>();
        foreach (Match match in Vendors().Matches(text)) Add(found, match, SecretKind.ApiKey);
        foreach (Match match in PrivateKeys().Matches(text)) Add(found, match, SecretKind.PrivateKey);
        foreach (Match match in Urls().Matches(text)) AddPasswordOfUrl(found, text, match);
        foreach (Match match in Assigned().Matches(text)) AddValueAfter(found, text, match.Index + match.Length, isStrict: false);
        foreach (Match match in Spoken().Matches(text)) AddValueAfter(found, text, match.Index + match.Length, isStrict: true);
        AddWords(found, text);
        foreach (Match match in Digits().Matches(text)) if (IsCard(match.ValueSpan)) Add(found, match, SecretKind.CardNumber);
        foreach (Match match in Ibans().Matches(text)) if (IsIban(match.ValueSpan)) Add(found, match, SecretKind.Iban);
        return WithoutOverlaps(found);
    }

    /// <summary>The text with each secret replaced by its kind in brackets, such as "[password]".</summary>
    public static string Mask(string text) => Mask(text, Scan(text));

    /// <summary>The same with secrets that were found before.</summary>
    public static string Mask(string text, IReadOnlyList<SecretSpan> found)
    {
        if (found.Count == 0) return text;
        var safe = new StringBuilder(text.Length);
        var at = 0;
        foreach (var span in found)
        {
            safe.Append(text, at, span.Start - at).Append(MaskOf(span.Kind));
            at = span.End;
        }
        return safe.Append(text, at, text.Length - at).ToString();
    }

    public static string MaskOf(SecretKind kind) => kind switch
    {
        SecretKind.ApiKey => "[api key]",
        SecretKind.PrivateKey => "[private key]",
        SecretKind.Password => "[password]",
        SecretKind.ConnectionString => "[credentials]",
        SecretKind.Token => "[token]",
        SecretKind.CardNumber => "[card number]",
        _ => "[iban]",
    };

    /// <summary>Whether a text holds a mask that masking put there.</summary>
    public static bool HasMask(ReadOnlySpan<char> text)
    {
        foreach (var kind in Enum.GetValues<SecretKind>())
            if (text.Contains(MaskOf(kind), StringComparison.Ordinal)) return true;
        return false;
    }

    private static void Add(List<SecretSpan> found, Match match, SecretKind kind) => found.Add(new SecretSpan(match.Index, match.Length, kind));

    private static void AddPasswordOfUrl(List<SecretSpan> found, string text, Match url)
    {
        var start = text.IndexOf("://", url.Index, StringComparison.Ordinal) + 3;
        var at = url.Index + url.Length - 1;
        var colon = text.IndexOf(':', start, at - start);
        if (colon > 0 && at - colon > 1 && !IsPlaceholder(text.AsSpan(colon + 1, at - colon - 1)))
            found.Add(new SecretSpan(start, at - start, SecretKind.ConnectionString));
    }

    /// <summary>The word that a key word assigns or introduces. In prose it must look like a secret; behind '=' it need not.</summary>
    private static void AddValueAfter(List<SecretSpan> found, string text, int at, bool isStrict)
    {
        var quote = at < text.Length && text[at] is '"' or '\'' or '`' ? text[at] : '\0';
        if (quote != '\0') at++;
        var end = at;
        while (end < text.Length && end - at < 512 && (quote != '\0' ? text[end] != quote && text[end] != '\n' : !EndsValue(text[end]))) end++;
        if (quote == '\0') while (end > at && text[end - 1] is '.' or ',' or ';' or ')' or ':' or '?' or '>') end--;
        var value = text.AsSpan(at, end - at);
        if (value.Length < 4 || IsPlaceholder(value) || (isStrict && !LooksSecret(value))) return;
        found.Add(new SecretSpan(at, value.Length, SecretKind.Password));
    }

    private static void AddWords(List<SecretSpan> found, string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            while (at < text.Length && EndsValue(text[at])) at++;
            var end = at;
            while (end < text.Length && !EndsValue(text[end])) end++;
            if (end - at is >= 8 and <= 4_096) AddWord(found, text, at, end);
            at = end;
        }
    }

    private static void AddWord(List<SecretSpan> found, string text, int at, int end)
    {
        while (end > at && text[end - 1] is '.' or ',' or ';' or ')' or ':' or '?' or '!' or ']' or '}' or '*') end--;
        while (at < end && text[at] is '(' or '[' or '{' or '*') at++;
        // What follows an '=' or ':' is looked at by itself.
        if (text.AsSpan(at, end - at).LastIndexOfAny('=', ':') is >= 0 and var sign && end - at - sign > 8) at += sign + 1;
        var word = text.AsSpan(at, end - at);
        if (word.Length < 8 || IsIdentifier(word)) return;
        if (IsMixedPassword(word)) found.Add(new SecretSpan(at, word.Length, SecretKind.Password));
        else if (word.Length >= 24 && IsRandom(word)) found.Add(new SecretSpan(at, word.Length, SecretKind.Token));
    }

    private static List<SecretSpan> WithoutOverlaps(List<SecretSpan> found)
    {
        var kept = new List<SecretSpan>();
        foreach (var span in found.OrderBy(span => span.Start).ThenByDescending(span => span.Length))
        {
            if (kept.Count > 0 && span.Start < kept[^1].End)
            {
                if (span.End > kept[^1].End) kept[^1] = kept[^1] with { Length = span.End - kept[^1].Start };
                continue;
            }
            kept.Add(span);
        }
        return kept;
    }

    private static bool EndsValue(char letter) => char.IsWhiteSpace(letter) || letter is '"' or '\'' or '`' or '<' or '>' or ',' or ';' or '|' or '“' or '”' or '«' or '»';

    [GeneratedRegex(@"sk-ant-[A-Za-z0-9_-]{16,}|sk-(?:proj-|live-|svcacct-)?[A-Za-z0-9_-]{20,}|(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|hf_[A-Za-z0-9]{25,}|dop_v1_[a-f0-9]{40,80}|shpat_[a-fA-F0-9]{24,64}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,60}|key-[a-f0-9]{32}|AC[a-f0-9]{32}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{4,})?", Linear)]
    private static partial Regex Vendors();

    [GeneratedRegex(@"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s:,\\.()-]*", Linear)]
    private static partial Regex PrivateKeys();

    [GeneratedRegex(@"[a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\s/@""'<>]+@", Linear)]
    private static partial Regex Urls();

    [GeneratedRegex(@"(?i)(?:passwo?r?d|passwd|pwd|passphrase|passcode|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|client[_-]?secret|auth|credential|accountkey|sharedaccesskey|[a-z0-9]_key)s?[""']?[ \t]{0,3}[=:][ \t]{0,3}", Linear)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"(?i)\b(?:passwo?r?ds?|passwd|pwd|passphrase|passcode|pass|pin|secret|token|api[ _-]?key|access[ _-]?key|keys?|credentials?|logins?|log(?:ged)? in(?:to it)?|sign in|get in|unlock(?: it)?|authenticate|wifi[^\n.]{0,20}/|use|enter|type)(?:[ \t]{1,3}(?:for|of|to|the|it|there|that|this|here|on|sandbox|is|was|are|now|still|with|using|as|[a-z]{2,12})){0,6}[ \t:=/]{1,4}", Linear)]
    private static partial Regex Spoken();

    [GeneratedRegex(@"\b\d(?:[ -]?\d){12,18}\b", Linear)]
    private static partial Regex Digits();

    [GeneratedRegex(@"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", Linear)]
    private static partial Regex Ibans();
}
