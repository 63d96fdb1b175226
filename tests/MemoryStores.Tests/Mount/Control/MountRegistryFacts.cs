using System.Diagnostics;
using System.Text.Json;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount.Control;

public sealed class MountRegistryFacts : IDisposable
{
    private readonly TemporaryDirectory home = new();
    private readonly string place;

    public MountRegistryFacts() => place = Path.Combine(home.Path, "memstores", "mounts");

    public void Dispose() => home.Dispose();

    [Fact]
    public void A_claimed_mount_is_found_live_and_nothing_is_left_of_it_when_it_ends()
    {
        var registry = new MountRegistry([place]);
        using (var claim = registry.Claim(Entry("/mnt/a")))
        {
            var found = Assert.Single(registry.List());
            Assert.True(found.IsLive);
            Assert.Equal(Entry("/mnt/a"), found.Entry);
            Assert.Equal(claim.Socket, found.Socket);
            // The first 16 hex digits of the SHA-256 of "/mnt/a".
            Assert.Equal(Path.Combine(place, "f72353b3dcd8f57a.sock"), found.Socket);
            Assert.Equal(found, registry.Find("/mnt/a"));
            Assert.Null(registry.Find("/mnt/b"));
        }
        Assert.Empty(registry.List());
        Assert.Equal(["lock"], Directory.EnumerateFiles(place).Select(Path.GetFileName));
    }

    [Fact]
    public void A_directory_that_has_a_daemon_is_refused_naming_it()
    {
        var registry = new MountRegistry([place]);
        using var claim = registry.Claim(Entry("/mnt/a"));
        using var other = registry.Claim(Entry("/mnt/b"));
        var refused = Assert.Throws<MountException>(() => new MountRegistry([place]).Claim(Entry("/mnt/a") with { Pid = 7 }));
        Assert.Equal("/mnt/a is already mounted: process 4711 has the store 'notes' there since 2026-07-22T10:00:00Z. To end it: memstores unmount /mnt/a", refused.Message);
    }

    [Fact]
    public void The_entry_of_a_dead_daemon_is_removed_even_when_its_process_id_lives_again()
    {
        var registry = new MountRegistry([place]);
        LeaveBehind(Entry("/mnt/a") with { Pid = Environment.ProcessId });
        Assert.Empty(registry.List());
        Assert.Equal(["lock"], Directory.EnumerateFiles(place).Select(Path.GetFileName));
    }

    [Fact]
    public void A_directory_that_a_dead_daemon_left_mounted_is_listed_as_such_and_can_be_claimed()
    {
        var registry = new MountRegistry([place], () => [new MountedDirectory("/mnt/a", "fuse.memstores", "memstores", "0:32")]);
        LeaveBehind(Entry("/mnt/a"));
        Assert.False(Assert.Single(registry.List()).IsLive);
        using var claim = registry.Claim(Entry("/mnt/a") with { Pid = 8 });
        var found = Assert.Single(registry.List());
        Assert.Equal((true, 8), (found.IsLive, found.Entry.Pid));
    }

    [Fact]
    public async Task A_lock_ends_with_its_process_however_that_ends()
    {
        // flock(1) holds an entry as a daemon does, and is killed.
        var registry = new MountRegistry([place]);
        var file = LeaveBehind(Entry("/mnt/a"));
        using var daemon = Process.Start(new ProcessStartInfo("flock", ["--no-fork", "--exclusive", file, "sh", "-c", "echo held; exec sleep 60"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("held", await daemon.StandardOutput.ReadLineAsync());
            Assert.True(registry.Find("/mnt/a") is { IsLive: true });
        }
        finally
        {
            daemon.Kill();
        }
        await daemon.WaitForExitAsync();
        Assert.Null(registry.Find("/mnt/a"));
    }

    [Fact]
    public void Half_an_entry_is_of_nobody()
    {
        var file = LeaveBehind(Entry("/mnt/a"));
        File.WriteAllText(file, "{\"directory\":\"/mn");
        Assert.Empty(new MountRegistry([place]).List());
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Of_many_who_claim_one_directory_at_once_one_gets_it()
    {
        for (var round = 0; round < 20; round++)
        {
            var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                try
                {
                    return new MountRegistry([place]).Claim(Entry("/mnt/a"));
                }
                catch (MountException)
                {
                    return null;
                }
            })));
            Assert.Single(claims, claim => claim is not null);
            foreach (var claim in claims) claim?.Dispose();
        }
    }

    [Fact]
    public void The_place_is_made_private()
    {
        using var claim = new MountRegistry([place]).Claim(Entry("/mnt/a"));
        foreach (var directory in new[] { place, Path.GetDirectoryName(place)! })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.All(Directory.EnumerateFiles(place), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_place_that_others_can_reach_is_refused()
    {
        Directory.CreateDirectory(place);
        File.SetUnixFileMode(Path.GetDirectoryName(place)!, (UnixFileMode)0b111_101_101);
        Refused($"memstores is open to others (mode 755). Mounts are registered there, and nobody else may reach into it: chmod 700 {Path.GetDirectoryName(place)}");
    }

    [Fact]
    public void A_place_that_is_a_symbolic_link_is_refused()
    {
        Directory.CreateDirectory(home.File("elsewhere"), (UnixFileMode)0b111_000_000);
        Directory.CreateSymbolicLink(Path.GetDirectoryName(place)!, home.File("elsewhere"));
        Refused("memstores is a symbolic link.");
    }

    [Fact]
    public void A_place_that_is_a_file_is_refused()
    {
        File.WriteAllText(Path.GetDirectoryName(place)!, "");
        Refused("memstores is not a directory.");
    }

    [Fact]
    public void A_second_place_is_looked_into_but_a_bad_one_does_not_stop_the_first()
    {
        var second = Path.Combine(home.Path, "second", "mounts");
        using (var claim = new MountRegistry([second]).Claim(Entry("/mnt/a")))
        {
            Assert.True(new MountRegistry([place, second]).Find("/mnt/a") is { IsLive: true });
            Assert.Throws<MountException>(() => new MountRegistry([place, second]).Claim(Entry("/mnt/a")));
        }
        File.SetUnixFileMode(second, (UnixFileMode)0b111_111_111);
        using var held = new MountRegistry([place, second]).Claim(Entry("/mnt/a"));
        Assert.StartsWith(place, held.Socket, StringComparison.Ordinal);
    }

    [Fact]
    public void The_users_own_runtime_directory_is_preferred_and_a_strangers_is_not_used()
    {
        using var claim = MountRegistry.OfUser(name => name == "XDG_RUNTIME_DIR" ? home.Path : null).Claim(Entry(home.File("mnt")));
        Assert.StartsWith(place + "/", claim.Socket, StringComparison.Ordinal);
        // A path that is too long for a socket, and one that is not there.
        var deep = home.File(new string('d', 90));
        Directory.CreateDirectory(deep);
        foreach (var runtime in new[] { deep, "/nonexistent", "relative" })
            Assert.Null(MountRegistry.OfUser(name => name == "XDG_RUNTIME_DIR" ? runtime : null).Find(home.File("mnt")));
    }

    private static MountEntry Entry(string directory) => FakeMount.Entry(directory);

    /// <summary>What a daemon leaves that is killed: its file, no longer locked.</summary>
    private string LeaveBehind(MountEntry entry)
    {
        string file;
        using (var claim = new MountRegistry([place]).Claim(entry)) file = Path.ChangeExtension(claim.Socket, ".json");
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(entry, ControlJson.Wire.MountEntry));
        File.WriteAllText(Path.ChangeExtension(file, ".sock"), "");
        return file;
    }

    private void Refused(string because)
    {
        Assert.Contains(because, Assert.Throws<MountException>(() => new MountRegistry([place]).Claim(Entry("/mnt/a"))).Message, StringComparison.Ordinal);
        Assert.Throws<MountException>(() => new MountRegistry([place]).List());
    }
}
