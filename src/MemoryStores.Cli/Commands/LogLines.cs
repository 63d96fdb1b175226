using System.Globalization;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>Entries of a history in words.</summary>
internal static class LogLines
{
    public const string Conflict = "memory.conflict";

    // The longest of the words for memories; a store's own are rare and may stand out.
    private const int WhatWidth = 8;
    private const int SeqWidth = 6;

    public static string Seq(HistoryEntryBody entry) => entry.Seq.ToString(CultureInfo.InvariantCulture);

    public static string What(HistoryEntryBody entry) => entry.Kind switch
    {
        "memory.modified" when entry.PreviousPath is not null => "renamed",
        "memory.created" or "memory.modified" or "memory.deleted" or Conflict => entry.Kind["memory.".Length..],
        "version.redacted" => "redacted",
        "store.created" or "store.updated" or "store.archived" => entry.Kind.Replace('.', ' '),
        _ => entry.Kind, // Younger than this program.
    };

    public static string Where(HistoryEntryBody entry) => entry switch
    {
        { Path: { } path, PreviousPath: { } before } => $"{before} → {path}",
        { Path: { } path } => path,
        { Kind: "version.redacted", About: { } emptied } => emptied,
        { MemoryId: not null } => "(redacted)",
        _ => "",
    };

    /// <summary>What a conflict's line leaves open: which versions, and how to look at the other one.</summary>
    public static IEnumerable<string> Below(HistoryEntryBody entry, string store)
    {
        if (entry.Kind != Conflict) yield break;
        yield return $"{entry.MemoryVersionId} {(entry.About is { } about ? $"contradicts {about}" : "contradicts a version outside of this key's directory")}";
        if (entry.About is { } other) yield return $"the other text: memstores version get {ShellWord.Quoted(store)} {other} --content";
    }

    /// <summary>An entry as a line of its own, with what belongs below it: nobody knows how wide later ones will be.</summary>
    public static IEnumerable<string> Alone(HistoryEntryBody entry, string store, bool colors)
    {
        var what = PlainText.Of(What(entry)).PadRight(WhatWidth);
        if (colors && entry.Kind == Conflict) what = $"\e[33m{what}\e[0m";
        var where = Where(entry) is { Length: > 0 } path ? PlainText.Of(path) + "  " : "";
        yield return $"{Seq(entry),SeqWidth}  {Time(entry)}  {what}  {where}{PlainText.Of(Readable.Actor(entry.Actor))}".TrimEnd();
        foreach (var line in Below(entry, store)) yield return new string(' ', SeqWidth + 2) + PlainText.Of(line);
    }

    /// <summary>To the second: 2026-11-02T08:15:30Z.</summary>
    private static string Time(HistoryEntryBody entry) => PlainText.Of(entry.CreatedAt.Split('.') is [var second, _] ? second + "Z" : entry.CreatedAt);
}
