using System.Diagnostics;
using System.Globalization;
using MemoryStores.Conformance.Tests.Mount;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Sandboxes;

/// <summary>'memstores run' with the kernel's own namespaces and mounts.</summary>
public sealed class SandboxFacts(SandboxFixture sandboxes) : IClassFixture<SandboxFixture>
{
    private const int Nobody = 65_534;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_sandboxes_share_a_store_and_each_is_the_writer_of_what_it_wrote()
    {
        var (shared, rules) = (await sandboxes.StoreAsync("Shared notes"), await sandboxes.StoreAsync("Rules"));
        await sandboxes.Api.Memories.CreateAsync(rules.Id, "/rule.md", MemoryStores.Contract.MemoryContent.TryFrom("never"u8.ToArray())!);
        var sessions = new[] { await sandboxes.SessionAsync(shared, rules), await sandboxes.SessionAsync(shared, rules) };

        var runs = await Task.WhenAll(sessions.Select((session, number) => sandboxes.RunAsync(session, $$"""
            cd /mnt/memory
            echo mine > shared-notes/of-{{number}}.md
            while [ ! -e shared-notes/of-{{1 - number}}.md ]; do sleep 0.05; done
            cat rules/rule.md; ls
            (echo x > rules/new) 2>&1; (echo x > rules/rule.md) 2>&1; (echo x > beside) 2>&1; mkdir dir 2>&1; mount -o remount,rw rules 2>&1 | wc -l
            """)));

        foreach (var run in runs)
        {
            Assert.True(run.ExitCode == 0, run.Text + run.Error);
            Assert.StartsWith("neverrules\nshared-notes\n", run.Text, StringComparison.Ordinal);
            Assert.Equal(4, run.Text.Split("Read-only file system").Length - 1);
        }
        var writers = await sandboxes.WritersAsync(shared);
        Assert.Equal((sessions[0], sessions[1]), (writers["/of-0.md"], writers["/of-1.md"]));
        Assert.Equal(["/rule.md"], (await sandboxes.WritersAsync(rules)).Keys);
    }

    [Fact]
    public async Task No_key_no_token_and_no_daemon_is_to_be_found_inside()
    {
        var session = await sandboxes.SessionAsync(await sandboxes.StoreAsync("Notes"));
        var home = sandboxes.Home.File("");
        // The needle is put together inside, lest the search finds itself.
        var run = await sandboxes.RunAsync(session, $$"""
            half() { printf %s "$1" | tr 'A-Za-z' 'N-ZA-Mn-za-m'; }
            needles="$(half {{Turned(sandboxes.MountKey.Key!)}})|$(half {{Turned(ServerProcess.Key)}})|\"token\""
            env | grep -E "$needles|MEMSTORES|ANTHROPIC"
            ls -d /proc/[0-9]* | wc -l
            for p in /proc/[0-9]*; do cat $p/cmdline $p/environ 2>/dev/null | tr '\0' '\n' | grep -aE "memstores (mount|run|serve)|$needles" | grep -v 'needles='; done
            grep -raE "$needles" {{home}} /mnt /run /etc/memstores 2>/dev/null
            find {{home}} /run /tmp -maxdepth 6 \( -name memories.db -o -name admin.key -o -name '*.journal' -o -path '*/memstores/mounts/*' \) -readable 2>/dev/null | grep -F "{{home}}"
            cat /proc/1/environ 2>&1 | grep -c denied
            (echo x > /proc/sys/kernel/core_pattern) 2>&1 | grep -c Read-only
            ls /dev | grep -cE 'vd|sd|nvme|fuse|mem|kmsg'
            """);

        var lines = run.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length == 4, run.Text + run.Error);
        Assert.InRange(int.Parse(lines[0], CultureInfo.InvariantCulture), 2, 5);
        Assert.Equal(["1", "1", "0"], lines[1..]);
    }

    [Fact]
    public async Task The_commands_end_is_the_programs_end()
    {
        var session = await sandboxes.SessionAsync(await sandboxes.StoreAsync("Ends"));
        Assert.Equal(7, (await sandboxes.RunAsync(session, "sleep 1000 & exit 7")).ExitCode);
        Assert.Equal(128 + 9, (await sandboxes.RunAsync(session, "kill -9 $$")).ExitCode);

        using var run = Start(session, "trap 'echo heard; exit 3' TERM; echo begun; while :; do sleep 0.05; done");
        Assert.Equal("begun", await run.StandardOutput.ReadLineAsync().WaitAsync(Soon));
        await SignalAsync(run.Id, "TERM");
        Assert.Equal("heard", await run.StandardOutput.ReadLineAsync().WaitAsync(Soon));
        await run.WaitForExitAsync().WaitAsync(Soon);
        Assert.Equal(3, run.ExitCode);
    }

    [Fact]
    public async Task A_run_that_is_killed_leaves_no_process_and_no_mount()
    {
        var store = await sandboxes.StoreAsync("Killed");
        var session = await sandboxes.SessionAsync(store);
        var mark = "60000." + Random.Shared.Next(100_000, 999_999);
        using var run = Start(session, $"echo kept > /mnt/memory/killed/a; setsid sleep {mark} & echo begun; sleep {mark}");
        Assert.Equal("begun", await run.StandardOutput.ReadLineAsync().WaitAsync(Soon));
        Assert.NotEmpty(ProcessesWith(mark));

        run.Kill();
        await run.WaitForExitAsync().WaitAsync(Soon);
        await Eventually.HoldsAsync(() => ProcessesWith(mark).Count == 0, () => string.Join(", ", ProcessesWith(mark)) + " remain");
        Assert.DoesNotContain("memory/killed", await File.ReadAllTextAsync("/proc/self/mounts"), StringComparison.Ordinal);

        Assert.Equal(0, (await sandboxes.RunAsync(session, "cat /mnt/memory/killed/a")).ExitCode);
        Assert.Equal(session, (await sandboxes.WritersAsync(store))["/a"]);
    }

    [Fact]
    public async Task A_session_that_is_deleted_takes_its_memory_along_and_what_was_written_is_kept()
    {
        var store = await sandboxes.StoreAsync("Deleted");
        var session = await sandboxes.SessionAsync(store);
        using var run = Start(session, "cd /mnt/memory/deleted; echo kept > a; echo begun; while echo more 2>/dev/null > b; do sleep 0.05; done; exit 5");
        Assert.Equal("begun", await run.StandardOutput.ReadLineAsync().WaitAsync(Soon));
        await sandboxes.DeleteAsync(session);
        var said = await run.StandardError.ReadToEndAsync().WaitAsync(Soon);
        await run.WaitForExitAsync().WaitAsync(Soon);
        Assert.Equal(5, run.ExitCode);
        Assert.Contains($"session {session} is over", said, StringComparison.Ordinal);
        Assert.Equal(session, (await sandboxes.WritersAsync(store))["/a"]);
    }

    [Theory]
    [InlineData("600", 1)]
    [InlineData("666", 4)]
    public async Task An_ordinary_user_has_the_same_or_is_told_what_is_missing(string mode, int exit)
    {
        var (writes, reads) = (await sandboxes.StoreAsync($"Plain {mode}"), await sandboxes.StoreAsync($"Closed {mode}"));
        var session = await sandboxes.SessionAsync(writes, reads);
        // In a mount namespace of its own: a device as open as we say, and the program where nobody can reach it.
        var script = $$"""
            set -e
            mount -t tmpfs none /srv; mkdir /srv/home /srv/program; mknod -m {{mode}} /srv/fuse c 10 229; mount --bind /srv/fuse /dev/fuse
            mount --bind {{Path.GetDirectoryName(ServerProcess.Program)}} /srv/program; chown {{Nobody}} /srv/home; cd /srv/home; export HOME=/srv/home XDG_STATE_HOME=/srv/home/state XDG_RUNTIME_DIR=/srv/home
            exec setpriv --reuid {{Nobody}} --regid {{Nobody}} --clear-groups /srv/program/memstores run --session {{session}} --network none -- \
                sh -c 'id -u; echo mine > /mnt/memory/plain-{{mode}}/a; (echo x > /mnt/memory/closed-{{mode}}/a) 2>&1; (echo x > /mnt/memory/a) 2>&1; cat /proc/1/environ 2>&1; cat /proc/net/dev | wc -l; exit 4'
            """;
        var run = await ProgramRun.RunAsync(new ProgramStart("unshare", "--mount", "bash", "-c", script) { Variables = sandboxes.Environment });
        Assert.True(run.ExitCode == exit, $"{run.ExitCode}: {run.Text}{run.Error}");
        if (exit == 1)
        {
            Assert.Contains("chmod 666 /dev/fuse, or run this as root", run.Error, StringComparison.Ordinal);
            return;
        }
        Assert.StartsWith($"{Nobody}\n", run.Text, StringComparison.Ordinal);
        Assert.Equal(2, run.Text.Split("Read-only file system").Length - 1);
        Assert.Contains("Permission denied", run.Text, StringComparison.Ordinal);
        Assert.Equal(session, (await sandboxes.WritersAsync(writes))["/a"]);
    }

    private static string Turned(string text) => string.Concat(text.Select(letter =>
        char.IsAsciiLetter(letter) ? (char)((letter | 0x20) < 'n' ? letter + 13 : letter - 13) : letter));

    private Process Start(string session, string script) => Process.Start(sandboxes.Verb("run", "--session", session, "--", "bash", "-c", script).Info)!;

    private static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static List<string> ProcessesWith(string mark)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(process, "cmdline")).Contains(mark, StringComparison.Ordinal)) found.Add(process);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }
        return found;
    }
}
