namespace MemoryStores.Dreaming.Statements;

/// <summary>One line of a memory: where it starts, its first and last characters that are no white space, and where the next starts.</summary>
internal readonly record struct Line(int Start, int First, int Last, int Next)
{
    public bool IsBlank => First == Next;

    public int Indent => First - Start;

    public static Line At(string text, int start)
    {
        var newline = text.IndexOf('\n', start);
        var next = newline < 0 ? text.Length : newline + 1;
        var (first, last) = (start, next);
        while (first < next && char.IsWhiteSpace(text[first])) first++;
        while (last > first && char.IsWhiteSpace(text[last - 1])) last--;
        return new Line(start, first, last, next);
    }

    public int HeadingLevel(string text)
    {
        var at = First;
        while (at < Last && text[at] == '#') at++;
        var level = at - First;
        return level is > 0 and <= 6 && Indent < 4 && (at == Last || text[at] is ' ' or '\t') ? level : 0;
    }

    public bool IsSetextUnderline(string text)
    {
        var mark = text[First];
        return mark is '=' or '-' && Last - First >= 2 && text.AsSpan(First, Last - First).IndexOfAnyExcept(mark) < 0;
    }

    public bool IsTableRow(string text) => text[First] == '|' && Last - First > 1 && text[Last - 1] == '|';

    public bool IsListItem(string text) => ItemTextAt(text) > 0;

    /// <summary>Where the text of a list item begins, after its marker; -1 when the line is none.</summary>
    public int ItemTextAt(string text)
    {
        var at = First;
        if (text[at] is '-' or '*' or '+') at++;
        else
        {
            while (at < Last && at - First < 9 && char.IsAsciiDigit(text[at])) at++;
            if (at == First || at >= Last || text[at] is not ('.' or ')')) return -1;
            at++;
        }
        return at < Last && text[at] is ' ' or '\t' ? at + 1 : -1;
    }

    public string? FenceMark(string text)
    {
        var mark = text[First];
        if (mark is not ('`' or '~')) return null;
        var at = First;
        while (at < Last && text[at] == mark) at++;
        if (at - First < 3) return null;
        // Three backticks with another behind them in the same line are a code span.
        return mark == '`' && text.AsSpan(at, Last - at).Contains('`') ? null : new string(mark, at - First);
    }

    public bool ClosesFence(string text, string fence)
    {
        var rest = text.AsSpan(First, Last - First);
        return rest.Length >= fence.Length && rest.StartsWith(fence) && rest.IndexOfAnyExcept(fence[0]) < 0;
    }

    /// <summary>Whether the line begins something of its own, and so does not go on with the list item above it.</summary>
    public bool BeginsAnything(string text) =>
        IsListItem(text) || HeadingLevel(text) > 0 || FenceMark(text) is not null || IsTableRow(text) || text[First] == '>';
}
