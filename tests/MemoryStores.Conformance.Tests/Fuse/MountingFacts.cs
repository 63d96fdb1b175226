using System.Diagnostics;
using MemoryStores.Conformance.Tests.Durability;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Fuse;

/// <summary>How a mount comes and goes, with the sample as the daemon.</summary>
public sealed class MountingFacts : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Mount => directory.File("mount");

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_unmounts_and_ends_with_0(string signal)
    {
        await using var files = await MemoryFileSystemProcess.StartAsync(Mount);
        Assert.Equal(("fuse.memory", "memory"), MountedDirectory.At(Mount) is { } mount ? (mount.Kind, mount.Source) : default);
        await files.SignalAsync(signal);
        Assert.Equal((0, ""), await files.EndAsync());
        Assert.Null(MountedDirectory.At(Mount));
    }

    [FactAsRoot]
    public async Task An_unmount_by_somebody_else_ends_the_daemon_with_0()
    {
        await using var files = await MemoryFileSystemProcess.StartAsync(Mount);
        await Shell.RunAsync("umount \"$1\"", Mount);
        Assert.Equal((0, ""), await files.EndAsync());
    }

    [Fact]
    public async Task A_signal_while_a_file_is_open_takes_the_mount_away_and_ends_after_the_deadline()
    {
        await using var files = await MemoryFileSystemProcess.StartAsync(Mount);
        using var open = new FileStream(Path.Combine(Mount, "open"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        open.Write("before"u8);
        await files.SignalAsync("TERM");
        Assert.Equal((0, ""), await files.EndAsync());

        Assert.Null(MountedDirectory.At(Mount));
        Assert.Throws<IOException>(() => open.Write("after"u8)); // an error, and no waiting
    }

    [Fact]
    public async Task After_kill_9_clients_get_ENOTCONN_and_a_new_start_takes_the_place()
    {
        await using (var killed = await MemoryFileSystemProcess.StartAsync(Mount))
        {
            await killed.SignalAsync("KILL");
            await killed.EndAsync();
            Assert.True(StaleMount.Is(Mount));
            Assert.Contains("Transport endpoint is not connected", (await Shell.TryAsync("ls \"$1\"", Mount)).Error, StringComparison.Ordinal);

            await using var next = await MemoryFileSystemProcess.StartAsync(Mount);
            Assert.False(StaleMount.Is(Mount));
            Assert.Single(MountedDirectory.Read(), mount => mount.Directory == Mount);
            await Shell.RunAsync("echo hi > \"$1/file\"", Mount);
            await next.SignalAsync("TERM");
            Assert.Equal((0, ""), await next.EndAsync());
        }
        Assert.Null(MountedDirectory.At(Mount));
    }

    [Fact]
    public async Task A_dead_mount_is_found_through_another_name_of_its_directory()
    {
        await using var killed = await MemoryFileSystemProcess.StartAsync(Mount);
        await killed.SignalAsync("KILL");
        await killed.EndAsync();
        var around = directory.File("link");
        Directory.CreateSymbolicLink(around, directory.Path);
        await using var next = await MemoryFileSystemProcess.StartAsync(Path.Combine(around, "mount") + "/");
        Assert.Single(MountedDirectory.Read(), mount => mount.Directory == Mount);
        await next.SignalAsync("TERM");
        await next.EndAsync();
    }

    [Fact]
    public async Task A_directory_that_is_mounted_already_is_left_alone()
    {
        await using var files = await MemoryFileSystemProcess.StartAsync(Mount);
        Assert.Equal(
            $"{Mount} is a mount already, of memory. Unmount it first, or take another directory.", await MemoryFileSystemProcess.FailToStartAsync(Mount));
        Assert.Single(MountedDirectory.Read(), mount => mount.Directory == Mount);
        await Shell.RunAsync("echo hi > \"$1/file\"", Mount);
    }

    [FactAsRoot]
    public async Task What_is_no_directory_cannot_be_mounted_and_the_message_says_so()
    {
        MemoryFileSystemProcess.AssertDevice();
        Assert.Equal($"{Mount} cannot be mounted: ENOENT. There is no such directory.", await MemoryFileSystemProcess.FailToStartAsync(Mount));
        await File.WriteAllTextAsync(Mount, "");
        Assert.Equal($"{Mount} cannot be mounted: ENOTDIR. It is not a directory.", await MemoryFileSystemProcess.FailToStartAsync(Mount));
    }

    [Fact]
    public async Task On_a_read_only_mount_every_change_is_EROFS()
    {
        await using var files = await MemoryFileSystemProcess.StartAsync(Mount, "--read-only");
        foreach (var change in (string[])["touch \"$1/file\"", "mkdir \"$1/directory\"", "chmod 700 \"$1\"", "echo x > \"$1/file\"", "mv \"$1/a\" \"$1/b\""])
        {
            var run = await Shell.TryAsync(change, Mount);
            Assert.NotEqual(0, run.ExitCode);
            if (!change.StartsWith("mv", StringComparison.Ordinal)) Assert.Contains("Read-only file system", run.Error, StringComparison.Ordinal);
        }
        Assert.Equal("", await Shell.RunAsync("ls -A \"$1\"", Mount));
    }

    [FactAsRoot]
    public async Task Others_may_look_in_only_when_they_are_allowed()
    {
        Shell.Open(directory.Path);
        const string asNobody = "exec setpriv --reuid 65534 --regid 65534 --clear-groups cat \"$1/file\"";
        await using (var files = await MemoryFileSystemProcess.StartAsync(Mount))
        {
            await Shell.RunAsync("echo hi > \"$1/file\"", Mount);
            Assert.Contains("Permission denied", (await Shell.TryAsync(asNobody, Mount)).Error, StringComparison.Ordinal);
            await files.SignalAsync("TERM");
            await files.EndAsync();
        }
        await using var open = await MemoryFileSystemProcess.StartAsync(Mount, "--allow-other");
        await Shell.RunAsync("echo hi > \"$1/file\"; echo secret > \"$1/secret\"; chmod 600 \"$1/secret\"", Mount);
        Assert.Equal("hi", await Shell.RunAsync(asNobody, Mount));
        // The kernel checks modes (default_permissions), not the file system.
        Assert.Contains("Permission denied", (await Shell.TryAsync(asNobody.Replace("file", "secret", StringComparison.Ordinal), Mount)).Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// An ordinary user in a mount namespace where everybody may open /dev/fuse, as on most machines: nothing of it is left when
    /// the last of its processes ends.
    /// </summary>
    private static Task<string> AsNobodyAsync(string directory, string script) => Shell.RunAsync($$"""
        export program={{MemoryFileSystemProcess.Program}} nobody='setpriv --reuid 65534 --regid 65534 --clear-groups' DOTNET_ROOT={{DotnetRoot}}
        exec unshare -m --propagation private bash -euo pipefail -c '
            cd "$1"; mkdir device mount; mkfifo out; chown 65534 mount out
            mount -t tmpfs none device; mknod -m 666 device/fuse c 10 229; mount --bind device/fuse /dev/fuse
            {{script}}
        ' bash "$1"
        """, directory);

    private static string DotnetRoot => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));

    [FactAsNobody]
    public async Task An_ordinary_user_mounts_by_fusermount3()
    {
        MemoryFileSystemProcess.AssertDevice();
        Shell.Open(directory.Path);
        var said = await AsNobodyAsync(directory.Path, """
            $nobody $program mount > out & daemon=$!
            trap "kill -KILL $daemon 2> /dev/null || true" EXIT
            exec 5< out; read -r line <&5; echo "$line"
            grep "$1/mount" /proc/self/mounts | grep -o "fuse.memory.*user_id=65534,group_id=65534"
            $nobody bash -c "echo hi > mount/file; cat mount/file"
            ls mount 2>&1 || true
            $nobody $program mount 2>&1 || true
            kill -TERM $daemon; wait $daemon; echo ended with $?
            if grep " $1/mount " /proc/self/mounts; then exit 1; fi
            { $nobody $program mount --allow-other 2>&1 || true; } | grep -o "Put the line user_allow_other into" || grep -q ^user_allow_other /etc/fuse.conf
            """);
        Assert.Equal(
            [
                $"mounted at {Mount}", "fuse.memory rw,nosuid,nodev,relatime,user_id=65534,group_id=65534", "hi",
                "ls: cannot access 'mount': Permission denied", // root, too: it is nobody's alone
                $"{Mount} is a mount already, of memory. Unmount it first, or take another directory.", "ended with 0",
            ],
            said.Split('\n').Take(6));
    }

    [FactAsNobody]
    public async Task An_ordinary_users_dead_mount_is_taken_away_and_a_busy_one_ends_after_the_deadline()
    {
        MemoryFileSystemProcess.AssertDevice();
        Shell.Open(directory.Path);
        var said = await AsNobodyAsync(directory.Path, """
            $nobody $program mount > out & daemon=$!
            exec 5< out; read -r line <&5
            kill -KILL $daemon; wait $daemon || true; exec 5<&-
            $nobody $program mount > out & daemon=$!
            trap "kill -KILL $daemon 2> /dev/null || true" EXIT
            exec 5< out; read -r line <&5
            grep -c " $1/mount fuse" /proc/self/mounts
            mkfifo go ready; chown 65534 go ready
            $nobody bash -c "exec 6> mount/file; echo > ready; read -r _ < go; echo x >&6" 2> heard & client=$!
            read -r _ < ready
            kill -TERM $daemon; wait $daemon; echo ended with $?
            echo > go; wait $client || true; test -s heard && echo the client got an error
            """);
        Assert.Equal(["1", "ended with 0", "the client got an error"], said.Split('\n'));
    }

    [FactAsNobody]
    public async Task An_ordinary_user_mounts_without_fusermount3_in_a_namespace_of_its_own()
    {
        MemoryFileSystemProcess.AssertDevice();
        Shell.Open(directory.Path);
        var said = await AsNobodyAsync(directory.Path, """
            $nobody unshare -Urm bash -euo pipefail -c "
                \$program mount > out & daemon=\$!
                exec 5< out; read -r line <&5; echo \$line
                echo hi > mount/file; cat mount/file
                grep $1/mount /proc/self/mounts | grep -o fuse.memory.*user_id=0
                kill -TERM \$daemon; wait \$daemon; echo ended with \$?"
            """);
        Assert.Equal([$"mounted at {Mount}", "hi", "fuse.memory rw,nosuid,nodev,relatime,user_id=0", "ended with 0"], said.Split('\n'));
    }

    /// <summary>Root becomes an ordinary user for this one, who must be able to reach the program and .NET.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class FactAsNobodyAttribute : FactAttribute
    {
        public FactAsNobodyAttribute() => Skip =
            !Environment.IsPrivilegedProcess ? "Only root may become an ordinary user, nobody."
            : CanReach(MemoryFileSystemProcess.Program) && CanReach(Path.Combine(DotnetRoot, "dotnet")) ? null
            : "An ordinary user, nobody, cannot reach this build or .NET: they lie in somebody's home.";

        private static bool CanReach(string path)
        {
            using var test = Process.Start("setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "test", "-x", path]);
            test.WaitForExit();
            return test.ExitCode == 0;
        }
    }
}
