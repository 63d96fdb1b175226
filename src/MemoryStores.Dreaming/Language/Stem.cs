using System.Buffers;

namespace MemoryStores.Dreaming.Language;

/// <summary>Cuts the endings of English words, so that "lists", "listed" and "listing" are one.</summary>
internal static class Stem
{
    private static readonly SearchValues<char> Vowels = SearchValues.Create("aeiouy");

    /// <summary>Endings that make one word of another: what remains is the same idea, "inspection" and "inspector" of "inspect".</summary>
    private static readonly (string Ending, int Least)[] Derivations =
        [("ations", 5), ("ation", 5), ("ators", 5), ("ator", 5), ("ate", 5), ("ement", 5), ("ment", 5), ("ance", 5), ("ence", 5), ("ion", 5), ("ors", 5), ("or", 5), ("er", 5), ("age", 5), ("al", 5), ("anc", 5), ("enc", 5), ("at", 5)];

    public static string Of(string word) => Root(Inflected(word));

    private static string Root(string stem)
    {
        foreach (var (ending, least) in Derivations)
            if (stem.Length >= least + ending.Length && stem.EndsWith(ending, StringComparison.Ordinal)) return WithoutE(stem[..^ending.Length]);
        return stem;
    }

    private static string Inflected(string word)
    {
        if (word.Length <= 3 || !char.IsAsciiLetterLower(word[^1])) return word;
        if (word.EndsWith("ies", StringComparison.Ordinal) && word.Length > 4) return word[..^3] + "y";
        if (word.EndsWith("sses", StringComparison.Ordinal) || word.EndsWith("xes", StringComparison.Ordinal) || word.EndsWith("ches", StringComparison.Ordinal) || word.EndsWith("shes", StringComparison.Ordinal))
            return word[..^2];
        if (word.EndsWith('s') && word[^2] is not ('s' or 'u' or 'i')) return WithoutE(word[..^1]);
        if (word.EndsWith("ied", StringComparison.Ordinal) && word.Length > 4) return word[..^3] + "y";
        if (word.EndsWith("ingly", StringComparison.Ordinal) && word.Length > 8) return WithoutE(Undoubled(word[..^5]));
        if (word.EndsWith("ing", StringComparison.Ordinal) && HasVowel(word.AsSpan(0, word.Length - 3)) && word.Length > 5) return WithoutE(Undoubled(word[..^3]));
        if (word.EndsWith("ed", StringComparison.Ordinal) && HasVowel(word.AsSpan(0, word.Length - 2)) && word.Length > 4) return WithoutE(Undoubled(word[..^2]));
        if (word.EndsWith("ly", StringComparison.Ordinal) && word.Length > 5) return WithoutE(word[..^2]);
        return WithoutE(word);
    }

    private static string WithoutE(string word) => word.Length > 4 && word[^1] == 'e' ? word[..^1] : word;

    private static string Undoubled(string word) =>
        word.Length > 3 && word[^1] == word[^2] && word[^1] is not ('l' or 's' or 'z') ? word[..^1] : word;

    private static bool HasVowel(ReadOnlySpan<char> word) => word.ContainsAny(Vowels);
}
