using System.Text;

namespace MemoryStores.Dreaming.Ledger;

/// <summary>Turns characters of a text into bytes of its UTF-8. Asked in rising order it reads the text once.</summary>
public sealed class ByteOffsets(string text)
{
    private readonly bool isAscii = Ascii.IsValid(text);
    private int character;
    private int bytes;

    public int Of(int index)
    {
        if (isAscii) return index;
        if (index < character) (character, bytes) = (0, 0);
        bytes += Encoding.UTF8.GetByteCount(text.AsSpan(character, index - character));
        character = index;
        return bytes;
    }
}
