using MemoryStores.Contract.Secrets;

namespace MemoryStores.Dreaming.Mining;

/// <summary>The transcripts without their secrets, and the way back from a place in a masked text to the one in the text as it came.</summary>
internal sealed class Masks
{
    private readonly Dictionary<(string Session, string Event), (string Text, IReadOnlyList<SecretSpan> Spans)> masked = [];

    public int Count { get; private set; }

    public InputEvent Of(string session, InputEvent one)
    {
        var spans = SecretScanner.Scan(one.Text);
        if (spans.Count == 0) return one;
        Count += spans.Count;
        masked[(session, one.Id)] = (one.Text, spans);
        return one with { Text = SecretScanner.Mask(one.Text, spans) };
    }

    public (string Text, int Start, int End) Original(string session, InputEvent one, int start, int end) =>
        masked.TryGetValue((session, one.Id), out var found) ? (found.Text, Back(found.Spans, start), Back(found.Spans, end)) : (one.Text, start, end);

    private static int Back(IReadOnlyList<SecretSpan> spans, int at)
    {
        // By how much the masked text is longer up to here.
        var longer = 0;
        foreach (var span in spans)
        {
            var start = span.Start + longer;
            if (at <= start) break;
            var mask = SecretScanner.MaskOf(span.Kind).Length;
            if (at < start + mask) return span.End;
            longer += mask - span.Length;
        }
        return at - longer;
    }
}
