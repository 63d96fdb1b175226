using System.Text.Json;

namespace MemoryStores.Cli;

/// <summary>The pages of a list joined to one document. The items stay byte for byte as the server wrote them.</summary>
internal sealed class JsonList : IDisposable
{
    private readonly MemoryStream written = new();
    private bool isFirst = true;

    public JsonList() => written.Write("{\"data\":["u8);

    /// <summary>The items of a page that are wanted; they stand in the order of the page's records.</summary>
    public void Add(ReadOnlyMemory<byte> page, Func<int, bool>? isWanted = null)
    {
        using var document = JsonDocument.Parse(page);
        var index = 0;
        foreach (var item in document.RootElement.GetProperty("data"u8).EnumerateArray())
        {
            if (isWanted?.Invoke(index++) is not false) AddItem(System.Text.Encoding.UTF8.GetBytes(item.GetRawText()));
        }
    }

    public void AddItem(ReadOnlySpan<byte> item)
    {
        if (!isFirst) written.Write(","u8);
        isFirst = false;
        written.Write(item);
    }

    public ReadOnlyMemory<byte> End()
    {
        written.Write("],\"next_page\":null}"u8);
        return written.GetBuffer().AsMemory(0, (int)written.Length);
    }

    public void Dispose() => written.Dispose();
}
