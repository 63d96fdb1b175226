using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Mount;

/// <summary>What programs do, one kernel operation at a time, as they were measured to send them. Each step's word is its last reply.</summary>
internal static class CrashScripts
{
    public const string Old = "old 1\nold 2\nold 3\n";

    public static readonly IReadOnlyDictionary<string, string> Store = new Dictionary<string, string>
    {
        ["/old.md"] = Old,
        ["/b.md"] = "bee\n",
        ["/d/c.md"] = "sea\n",
        ["/d/e.md"] = "eel\n",
    };

    public static readonly IReadOnlyDictionary<string, Func<Hands, IEnumerable<string>>> All = new Dictionary<string, Func<Hands, IEnumerable<string>>>
    {
        ["echo x > new"] = hands => hands.Echo("/new.md", "x\n"),
        ["echo y > old"] = hands => hands.Echo("/old.md", "y\n"),
        ["echo > old, new and old again"] = hands => hands.Echo("/old.md", "one\n").Concat(hands.Echo("/new.md", "two\n")).Concat(hands.Echo("/old.md", "three\n")),
        ["echo z >> old"] = Append,
        ["echo >> new, twice"] = AppendToNew,
        ["{ echo a; echo b; echo c; } > f"] = Several,
        ["sed -i"] = Sed,
        ["vim"] = Vim,
        ["vim with backupcopy=yes"] = VimCopying,
        ["vim of a new file"] = VimNew,
        ["os.replace"] = Replace,
        ["mv a b"] = Move,
        ["mv a over b"] = MoveOver,
        ["mv dir"] = MoveDirectory,
        ["mv dir while a file in it is written"] = MoveDirectoryOfOpenFile,
        ["exchange"] = Exchange,
        ["rm f; mkdir f; touch f/x"] = FileBecomesDirectory,
        ["truncate"] = Truncate,
        ["> old"] = Empty,
        ["saves in a row"] = InARow,
        ["fsync in a long write"] = SyncInBetween,
        ["more than twenty saves in a second"] = TooMany,
        ["a temporary file without a name"] = Nameless,
        ["close() returns before RELEASE comes"] = LateRelease,
        ["rm of what was never sent"] = RemoveNew,
        ["mv of a file that is being written"] = MoveOpen,
    };

    private static IEnumerable<string> Append(Hands hands)
    {
        var open = hands.Open("/old.md", Hands.Appends);
        yield return "OPEN";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Write(open, "z\n");
        yield return "WRITE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> AppendToNew(Hands hands)
    {
        var open = hands.Create("/log.md");
        yield return "CREATE";
        hands.Write(open, "line\n");
        yield return "WRITE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
        open = hands.Open("/log.md", Hands.Appends);
        yield return "OPEN";
        hands.Write(open, "line\n");
        yield return "WRITE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> Several(Hands hands)
    {
        var open = hands.Open("/old.md", Hands.Truncates);
        yield return "OPEN";
        hands.Flush(open);
        yield return "FLUSH";
        foreach (var text in new[] { "a\n", "b\n", "c\n" })
        {
            hands.Write(open, text);
            yield return "WRITE";
            hands.Flush(open);
            yield return "FLUSH";
        }
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> Sed(Hands hands)
    {
        var open = hands.Create("/sedAb12Cd");
        yield return "CREATE";
        hands.Write(open, "old 1\nold two\nold 3\n");
        yield return "WRITE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
        hands.Rename("/sedAb12Cd", "/old.md");
        yield return "RENAME";
    }

    private static IEnumerable<string> Vim(Hands hands)
    {
        foreach (var step in Probe(hands)) yield return step;
        hands.Rename("/old.md", "/old.md~");
        yield return "RENAME aside";
        var open = hands.Create("/old.md");
        yield return "CREATE";
        hands.Write(open, "edited\n");
        yield return "WRITE";
        hands.Sync(open);
        yield return "FSYNC";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
        hands.Unlink("/old.md~");
        yield return "UNLINK";
    }

    private static IEnumerable<string> VimCopying(Hands hands)
    {
        foreach (var step in Probe(hands)) yield return step;
        var copy = hands.Create("/old.md~");
        yield return "CREATE copy";
        hands.Write(copy, Old);
        yield return "WRITE copy";
        hands.Flush(copy);
        yield return "FLUSH copy";
        hands.Release(copy);
        yield return "RELEASE copy";
        var open = hands.Open("/old.md", Hands.Truncates);
        yield return "OPEN";
        hands.Write(open, "edited\n");
        yield return "WRITE";
        hands.Sync(open);
        yield return "FSYNC";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
        hands.Unlink("/old.md~");
        yield return "UNLINK";
    }

    private static IEnumerable<string> VimNew(Hands hands)
    {
        foreach (var step in Probe(hands)) yield return step;
        var open = hands.Create("/new.md");
        yield return "CREATE";
        hands.Write(open, "typed\n");
        yield return "WRITE";
        hands.Sync(open);
        yield return "FSYNC";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    /// <summary>Whether a file can be made here.</summary>
    private static IEnumerable<string> Probe(Hands hands)
    {
        var probe = hands.Create("/4913");
        yield return "CREATE 4913";
        hands.Flush(probe);
        yield return "FLUSH 4913";
        hands.Release(probe);
        yield return "RELEASE 4913";
        hands.Unlink("/4913");
        yield return "UNLINK 4913";
    }

    private static IEnumerable<string> Replace(Hands hands)
    {
        var open = hands.Create("/old.md.tmp");
        yield return "CREATE";
        hands.Write(open, "replaced ");
        yield return "WRITE";
        hands.Write(open, "whole\n");
        yield return "WRITE";
        hands.Sync(open);
        yield return "FSYNC";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Rename("/old.md.tmp", "/old.md");
        yield return "RENAME";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> Move(Hands hands)
    {
        hands.Rename("/old.md", "/moved.md");
        yield return "RENAME";
        foreach (var step in hands.Echo("/moved.md", "written there\n")) yield return step;
        foreach (var step in hands.Echo("/old.md", "another\n")) yield return step;
    }

    private static IEnumerable<string> MoveOver(Hands hands)
    {
        hands.Rename("/old.md", "/b.md");
        yield return "RENAME";
        foreach (var step in hands.Echo("/b.md", "and more\n")) yield return step;
    }

    private static IEnumerable<string> MoveDirectory(Hands hands)
    {
        foreach (var step in hands.Echo("/d/new.md", "new\n")) yield return step;
        hands.Rename("/d", "/moved");
        yield return "RENAME";
        foreach (var step in hands.Echo("/moved/c.md", "sea and shore\n")) yield return step;
    }

    private static IEnumerable<string> MoveDirectoryOfOpenFile(Hands hands)
    {
        var open = hands.Open("/d/c.md", OpenFlags.WriteOnly);
        yield return "OPEN";
        hands.Write(open, "SEA\n", 0);
        yield return "WRITE";
        hands.Rename("/d", "/moved");
        yield return "RENAME";
        hands.Write(open, "and shore\n");
        yield return "WRITE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> Exchange(Hands hands)
    {
        foreach (var step in hands.Echo("/old.md", "edited\n")) yield return step;
        hands.Rename("/old.md", "/b.md", RenameFlags.Exchange);
        yield return "RENAME";
        foreach (var step in hands.Echo("/b.md", "edited again\n")) yield return step;
    }

    private static IEnumerable<string> FileBecomesDirectory(Hands hands)
    {
        hands.Unlink("/old.md");
        yield return "UNLINK";
        hands.MakeDirectory("/old.md");
        yield return "MKDIR";
        var open = hands.Create("/old.md/x");
        yield return "CREATE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Touch("/old.md/x");
        yield return "SETATTR times";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> Truncate(Hands hands)
    {
        hands.Resize("/old.md", 6);
        yield return "SETATTR by name";
        var open = hands.Open("/b.md", OpenFlags.WriteOnly);
        yield return "OPEN";
        hands.Resize("/b.md", 0, open);
        yield return "SETATTR";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
        hands.Resize("/old.md", 0);
        yield return "SETATTR by name";
    }

    private static IEnumerable<string> Empty(Hands hands)
    {
        var open = hands.Open("/old.md", Hands.Truncates);
        yield return "OPEN";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> InARow(Hands hands)
    {
        for (var save = 1; save <= 4; save++)
        {
            foreach (var step in hands.Echo("/old.md", $"old 1\nsave {save}\nold 3\n")) yield return $"{step} of save {save}";
        }
    }

    private static IEnumerable<string> SyncInBetween(Hands hands)
    {
        var open = hands.Open("/old.md", OpenFlags.WriteOnly);
        yield return "OPEN";
        for (var part = 1; part <= 3; part++)
        {
            hands.Write(open, $"part {part}\n");
            yield return $"WRITE {part}";
            if (part == 2) hands.Sync(open);
            yield return "FSYNC";
        }
        hands.Flush(open);
        yield return "FLUSH";
        hands.Release(open);
        yield return "RELEASE";
    }

    private static IEnumerable<string> TooMany(Hands hands)
    {
        hands.Belief.MayBecomeOne = true;
        for (var save = 1; save <= 30; save++)
        {
            foreach (var step in hands.Echo("/old.md", $"save {save}\n"))
            {
                if (save is 21 or 22 or 30) yield return $"{step} of save {save}";
            }
        }
    }

    private static IEnumerable<string> Nameless(Hands hands)
    {
        var open = hands.Create("/tmpabcd_123");
        yield return "CREATE";
        hands.Unlink("/tmpabcd_123");
        yield return "UNLINK";
        hands.Mount.Write(open.Handle, "secret\n", 0);
        yield return "WRITE";
        hands.Mount.Flush(open.Handle);
        yield return "FLUSH";
        hands.Mount.Release(open.Handle);
        yield return "RELEASE";
        open = hands.Open("/b.md", OpenFlags.WriteOnly);
        yield return "OPEN";
        hands.Unlink("/b.md");
        yield return "UNLINK";
        hands.Mount.Write(open.Handle, "gone\n", 0);
        yield return "WRITE";
        hands.Mount.Flush(open.Handle);
        yield return "FLUSH";
    }

    private static IEnumerable<string> LateRelease(Hands hands)
    {
        var one = hands.Open("/old.md", OpenFlags.WriteOnly);
        hands.Write(one, "ONE", 0);
        hands.Flush(one);
        yield return "FLUSH of the first";
        var two = hands.Open("/old.md", Hands.Truncates);
        yield return "OPEN";
        hands.Write(two, "second\n", 0);
        yield return "WRITE";
        hands.Flush(two);
        yield return "FLUSH";
        hands.Release(one);
        yield return "RELEASE of the first";
        hands.Unlink("/old.md");
        yield return "UNLINK";
        hands.Release(two);
        yield return "RELEASE";
    }

    private static IEnumerable<string> RemoveNew(Hands hands)
    {
        foreach (var step in hands.Echo("/new.md", "short\n")) yield return step;
        hands.Unlink("/new.md");
        yield return "UNLINK";
        foreach (var step in hands.Echo("/new.md", "anew\n")) yield return step;
    }

    private static IEnumerable<string> MoveOpen(Hands hands)
    {
        var open = hands.Create("/draft.md");
        yield return "CREATE";
        hands.Write(open, "begun\n");
        yield return "WRITE";
        hands.Rename("/draft.md", "/d/final.md");
        yield return "RENAME";
        hands.Write(open, "ended\n");
        yield return "WRITE";
        hands.Flush(open);
        yield return "FLUSH";
        hands.Rename("/d/final.md", "/b.md");
        yield return "RENAME over another";
        hands.Release(open);
        yield return "RELEASE";
    }
}
