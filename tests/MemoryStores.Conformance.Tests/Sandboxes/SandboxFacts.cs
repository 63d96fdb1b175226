using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Sandboxes;

/// <summary>'memstores run' with the kernel's own namespaces and mounts.</summary>
public sealed class SandboxFacts(SandboxFixture sandboxes) : IClassFixture<SandboxFixture>
{
    private const int Nobody = 65_534;

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
}
