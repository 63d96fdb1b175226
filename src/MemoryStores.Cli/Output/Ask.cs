using System.Text;

namespace MemoryStores.Cli;

/// <summary>Reads an answer from the terminal, byte by byte: what is typed ahead stays for whoever reads next, an editor for one.</summary>
internal static class Ask
{
    // More than this in one line is no answer.
    private const int LongestAnswer = 4_096;

    /// <summary>Without its line end; null when the input has ended.</summary>
    public static string? Line(Surroundings surroundings)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < LongestAnswer)
        {
            if (surroundings.In.Read(one) == 0) return bytes.Count == 0 ? null : Text(bytes);
            if (one[0] == (byte)'\n') return Text(bytes);
            bytes.Add(one[0]);
        }
        return Text(bytes);
    }

    private static string Text(List<byte> bytes) => Encoding.UTF8.GetString([.. bytes]).Trim();
}
