using System.Runtime.CompilerServices;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>Walks a list to its end, page by page.</summary>
internal static class Pages
{
    public static async IAsyncEnumerable<Answer<PageBody<T>>> WalkAsync<T>(
        Func<string?, Task<Answer<PageBody<T>>>> fetch, string? from, [EnumeratorCancellation] CancellationToken stop = default)
    {
        for (var token = from; ;)
        {
            stop.ThrowIfCancellationRequested();
            var page = await fetch(token);
            yield return page;
            if (string.IsNullOrEmpty(page.Value.NextPage)) yield break;
            // A page that names itself as the next would be walked for ever.
            if (page.Value.NextPage == token) throw new ApiException(200, ApiException.NotOurs, "The server's list does not end: a page names itself as the next.");
            token = page.Value.NextPage;
        }
    }
}
