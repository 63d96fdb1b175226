using MemoryStores.Client;

namespace MemoryStores.Cli.Commands;

/// <summary>How commands around agents and sessions tell what they made, changed or looked at.</summary>
internal static class Shown
{
    /// <summary>The wire's JSON, the id alone, or the facts.</summary>
    public static ExitCode Print<T>(Invocation call, Answer<T> answer, string id, Action<Invocation, T> facts)
    {
        if (call.IsJson) call.PrintJson(answer.Json);
        else if (call.IsQuiet) call.Print(id);
        else facts(call, answer.Value);
        return ExitCode.Done;
    }

    /// <summary>The wire's JSON, the id alone, or a line that says what was done to what.</summary>
    public static ExitCode Done<T>(Invocation call, Answer<T> answer, string id, string did, string named)
    {
        if (call.IsJson) call.PrintJson(answer.Json);
        else if (call.IsQuiet) call.Print(id);
        else call.Print($"{did} {PlainText.Of(named)}{(named == id ? "" : $" ({id})")}");
        return ExitCode.Done;
    }

    /// <summary>The ids alone, a remark where there is nothing, or a table.</summary>
    public static ExitCode Rows<T>(Invocation call, IReadOnlyList<T> items, Func<T, string> id, string none, Table table, Func<T, string[]> row)
    {
        if (call.IsQuiet)
        {
            foreach (var item in items) call.Print(id(item));
            return ExitCode.Done;
        }
        if (items.Count == 0)
        {
            call.Remark(none);
            return ExitCode.Done;
        }
        foreach (var item in items) table.Add(row(item));
        call.Print(table);
        return ExitCode.Done;
    }
}
