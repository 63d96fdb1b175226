using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Server.Http;

/// <summary>
/// The parameters of a query, taken one by one. An empty one counts as not given, unknown ones are ignored; the first thing
/// wrong is kept in <see cref="Refusal"/>.
/// </summary>
internal sealed class QueryFields(HttpContext http)
{
    private readonly IQueryCollection query = http.Request.Query;

    public Refusal? Refusal { get; private set; }

    public string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1) Refuse(name, "is given more than once");
        return values.Count == 1 && values[0] is { Length: > 0 } text ? text : null;
    }

    /// <summary>Whether content is wanted: view=full or view=basic.</summary>
    public bool WithContent(bool unlessGiven)
    {
        var view = Text("view");
        if (view is not (null or "full" or "basic")) Refuse("view", $"'{view}' is not a view; there are basic and full");
        return view is null ? unlessGiven : view == "full";
    }

    public bool Flag(string name)
    {
        var text = Text(name);
        if (text is not (null or "true" or "false")) Refuse(name, $"'{text}' is neither true nor false");
        return text == "true";
    }

    /// <summary>The length of the page: refused outside 1 to 100, lowered silently where content is wanted.</summary>
    public int Limit(bool withContent)
    {
        var limit = Number("limit", 1, Limits.PageItems, Limits.PageItemsDefault);
        return withContent ? Math.Min(limit, Limits.PageItemsWithContent) : limit;
    }

    public int Number(string name, int least, int most, int unlessGiven)
    {
        if (Text(name) is not { } text) return unlessGiven;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Refuse(name, $"'{text}' is not a whole number from {least} to {most}");
        return unlessGiven;
    }

    /// <summary>A place in a history; 0 stands before its first entry.</summary>
    public long? Seq(string name)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)) return seq;
        Refuse(name, $"'{text}' is not a seq, which is a whole number from 0");
        return null;
    }

    /// <summary>A version of an agent; they begin with 1.</summary>
    public long? Version(string name)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version >= 1) return version;
        Refuse(name, $"'{text}' is not a version, which is a whole number from 1");
        return null;
    }

    public MemoryPath? Path(string name)
    {
        if (Text(name) is not { } text) return null;
        if (!MemoryPath.TryParse(text, out var path, out var reason)) Refuse(name, reason);
        return path;
    }

    /// <summary>A directory, with the '/' at its end that tells it from a name's beginning.</summary>
    public string? Directory(string name)
    {
        var directory = Text(name);
        if (directory is null) return null;
        if (!directory.StartsWith('/')) Refuse(name, $"'{directory}' does not start with '/'");
        else if (!directory.EndsWith('/')) Refuse(name, $"'{directory}' does not end with '/'; for a directory send '{directory}/'");
        return directory;
    }

    /// <summary>An inclusive bound in microseconds; finer digits of a lower bound round up.</summary>
    public long? Time(string name, bool isLower)
    {
        // An unencoded '+' of a zone arrives as a space.
        if (Text(name)?.Replace(' ', '+') is not { } text) return null;
        if (Timestamp.TryParse(text, roundUp: isLower, out var time, out var reason)) return time;
        Refuse(name, $"'{text}': {reason}");
        return null;
    }

    /// <summary>A bound that is given inclusive or exclusive; the narrower of both where both are.</summary>
    public long? Bound(string name, bool isLower)
    {
        var (inclusive, exclusive) = (isLower ? $"{name}[gte]" : $"{name}[lte]", isLower ? $"{name}[gt]" : $"{name}[lt]");
        // What is later than a time is later than its last whole microsecond, and what is earlier than it earlier than the next.
        var (with, without) = (Time(inclusive, isLower), Time(exclusive, !isLower));
        return isLower ? Larger(with, without + 1) : -Larger(-with, -(without - 1));

        static long? Larger(long? one, long? other) => one is null || other > one ? other : one;
    }

    /// <summary>Words of a repeated parameter, with or without the brackets that some clients put behind its name; null when there are none.</summary>
    public IReadOnlyList<string>? Words(string name, Func<string, bool> isOne, int most)
    {
        var given = query[name].Concat(query[name + "[]"]).Where(word => !string.IsNullOrEmpty(word)).Select(word => word!).ToList();
        if (given.Count > most) Refuse(name, $"is given {given.Count} times; at most {most} are possible");
        else if (given.FirstOrDefault(word => !isOne(word)) is { } odd) Refuse(name, $"'{odd}' is not possible here");
        return given.Count == 0 ? null : given;
    }

    /// <summary>Whether order says asc; null when it is not given.</summary>
    public bool? IsAscending()
    {
        var text = Text("order");
        if (text is not (null or "asc" or "desc")) Refuse("order", $"'{text}' is not an order; there are asc and desc");
        return text is null ? null : text == "asc";
    }

    public void Refuse(string name, string hint) => Refusal ??= new Refusal.BadField(name, hint);
}
