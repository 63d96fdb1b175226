using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Fuse;

/// <summary>Programs as they are, on the sample file system, through the real kernel.</summary>
public sealed class MemoryFileSystemFacts
{
    [Theory]
    [InlineData("shell", """
        cd "$1"
        echo hi > a; test "$(cat a)" = hi
        echo more >> a; test "$(wc -c < a)" = 8
        mkdir -p d/e/f; mv a d/e/b; test ! -e a; test "$(head -n 1 d/e/b)" = hi
        mv d/e/b d/b; mv d/b d/e/f/b; rm d/e/f/b; rmdir d/e/f
        if rmdir d; then exit 1; fi
        rm -r d; test -z "$(ls -A)"
        df . > /dev/null
        """)]
    [InlineData("a shorter text over a longer one", """
        cd "$1"
        echo a much longer line > f; echo y > f; test "$(cat f)" = y; test "$(stat -c %s f)" = 2
        truncate -s 5 f; test "$(od -An -tx1 f)" = ' 79 0a 00 00 00'
        truncate -s 1 f; truncate -s 3 f; test "$(od -An -tx1 f)" = ' 79 00 00'
        """)]
    [InlineData("attributes", """
        cd "$1"
        touch f; chmod 640 f; test "$(stat -c %a f)" = 640
        touch -d '2001-02-03 04:05:06.123456789 UTC' f; test "$(TZ=UTC stat -c %y f)" = '2001-02-03 04:05:06.123456789 +0000'
        touch -d '1960-01-01 UTC' f; test "$(stat -c %Y f)" = -315619200
        mkdir d d/one d/two; test "$(stat -c %h d)" = 4
        """)]
    [InlineData("unlink while open", """
        cd "$1"
        exec 5<> f; echo kept >&5; rm f; test ! -e f
        test "$(cat /proc/self/fd/5)" = kept
        echo new > f; test "$(cat /proc/self/fd/5)" = kept; test "$(cat f)" = new
        exec 5>&-
        """)]
    [InlineData("rename over what is open", """
        cd "$1"
        echo old > f; exec 5< f; echo new > g; mv g f; test "$(cat f)" = new; test "$(cat <&5)" = old; test ! -e g
        """)]
    [InlineData("copying and editing", """
        mkdir "$1/from"; cd "$1"
        for i in $(seq 200); do echo "line $i of this file" > from/$i; done
        chmod 600 from/7; touch -d '2011-11-11 UTC' from/8
        cp -a from to; diff -r from to
        test "$(stat -c '%a %Y' to/7 to/8)" = "$(stat -c '%a %Y' from/7 from/8)"
        sed -i s/line/LINE/ to/*; test "$(cat to/* | grep -c LINE)" = 200
        test "$(ls to | wc -l)" = 200
        """)]
    [InlineData("large files", """
        cd "$1"
        dd if=/dev/urandom of=big bs=1M count=20 status=none; cp big other; cmp big other
        dd if=/dev/zero of=big bs=1 seek=5000000 count=3 conv=notrunc status=none
        if cmp -s big other; then exit 1; fi
        dd if=other of=big bs=7 skip=714280 seek=714280 count=20 conv=notrunc status=none; cmp big other
        """)]
    [InlineData("git", """
        cd "$1"
        git init -q repository; cd repository
        for i in $(seq 100); do echo "file $i" > f$i; done
        git add .; git -c user.name=a -c user.email=a@b commit -qm one
        test -z "$(git status --porcelain)"
        git mv f1 g1; echo changed > f2; git -c user.name=a -c user.email=a@b commit -qam two
        git fsck --strict 2> /dev/null; git gc -q; git checkout -q HEAD~1; test "$(cat f2)" = 'file 2'
        """)]
    [InlineData("names", """
        cd "$1"
        long=$(printf 'n%.0s' $(seq 255)); touch "$long"; test -e "$long"; rm "$long"
        if touch "n$long" 2> /dev/null; then exit 1; fi
        touch ' blank' $'new\nline' 'ü' $'\xff'; test "$(find . -type f -print0 | tr -dc '\0' | wc -c)" = 4
        rm -- *; test -z "$(ls -A)"
        """)]
    [InlineData("locks", """
        cd "$1"
        flock f true
        flock f bash -c 'if flock -n f true; then exit 1; fi'
        """)]
    public async Task A_program_finds_what_it_expects_of_a_file_system(string what, string script)
    {
        Assert.NotEmpty(what);
        using var directory = new TemporaryDirectory();
        await using var files = await MemoryFileSystemProcess.StartAsync(directory.File("mount"));
        await Shell.RunAsync(script, files.Directory);
    }

    [Fact]
    public async Task A_listing_neither_misses_nor_repeats_what_stays_while_others_come_and_go()
    {
        using var directory = new TemporaryDirectory();
        await using var files = await MemoryFileSystemProcess.StartAsync(directory.File("mount"));
        var stays = Enumerable.Range(0, 1_000).Select(i => $"stays{i}").ToList();
        foreach (var name in stays) await File.WriteAllTextAsync(Path.Combine(files.Directory, name), "");
        for (var round = 0; round < 10; round++)
        {
            var found = new List<string>();
            foreach (var path in Directory.EnumerateFiles(files.Directory, "stays*"))
            {
                found.Add(Path.GetFileName(path));
                if (found.Count % 10 == 0) File.WriteAllText(Path.Combine(files.Directory, $"comes{round}-{found.Count}"), "");
                if (found.Count % 20 == 0) File.Delete(Path.Combine(files.Directory, $"comes{round}-{found.Count - 10}"));
            }
            Assert.Equal(stays.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Many_at_once_get_each_their_own()
    {
        using var directory = new TemporaryDirectory();
        await using var files = await MemoryFileSystemProcess.StartAsync(directory.File("mount"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(who => Task.Run(() =>
        {
            var own = Directory.CreateDirectory(Path.Combine(files.Directory, $"{who}")).FullName;
            for (var i = 0; i < 200; i++)
            {
                var (file, text) = (Path.Combine(own, $"{i % 20}"), $"{who} wrote {i}");
                File.WriteAllText(file + ".new", text);
                File.Move(file + ".new", file, overwrite: true);
                Assert.Equal(text, File.ReadAllText(file));
            }
            Assert.Equal(20, Directory.GetFiles(own).Length);
        })));
    }
}
