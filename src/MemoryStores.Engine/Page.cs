namespace MemoryStores.Engine;

/// <summary>A page of a list, and its last item where more follow.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, T? Last) where T : class;

internal static class Page
{
    /// <summary>From one row more than the page takes, which tells whether another page follows.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> rows, int take) where T : class =>
        rows.Count <= take ? new(rows, null) : new([.. rows.Take(take)], rows[take - 1]);
}
