namespace MemoryStores.Dreaming.Checking;

/// <summary>The only words that a dream may add of its own: titles, front matter, and how it tells a repeated wish or a repair.</summary>
internal static class HouseWords
{
    private static readonly HashSet<string> Own = new(
        [
            "dream", "offline", "sources", "sessions", "since", "index", "learned", "in", "asked", "for", "repeatedly", "failed", "worked", "is", "are", "the", "was", "people", "and", "to",
            "api", "key", "private", "password", "credentials", "token", "card", "number", "iban", "on", "of", "week", "before", "after", "around", "from", "md", "shared", "photo", "evening", "night", "weekend",
        ],
        StringComparer.Ordinal);

    private static readonly HashSet<string> Calendar = new(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
         "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        StringComparer.Ordinal);

    public static bool Contains(string word) => Own.Contains(word);

    public static bool IsOfCalendar(string word) => Calendar.Contains(word);
}
