using System.Globalization;
using System.Text;

namespace MemoryStores.Client;

/// <summary>The part of a request's path behind '?': what is null is left out.</summary>
internal static class Query
{
    public static string To(string path, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var built = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in fields)
        {
            if (value is null) continue;
            built.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return built.ToString();
    }

    public static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    public static string? View(bool? withContent) => withContent switch { null => null, true => "full", false => "basic" };

    /// <summary>An id as a segment of the path: whatever it holds, it stays one segment.</summary>
    public static string Segment(string id) => Uri.EscapeDataString(id) switch { "." => "%2E", ".." => "%2E%2E", var safe => safe };
}
