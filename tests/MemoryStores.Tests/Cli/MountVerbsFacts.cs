using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using MemoryStores.Cli;
using MemoryStores.Cli.Commands;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Testing;
using MemoryStores.Tests.Mount.Control;

namespace MemoryStores.Tests.Cli;

/// <summary>The verbs about mounts, against a registry of their own and daemons that are a handful of delegates.</summary>
public sealed class MountVerbsFacts : IDisposable
{
    private readonly TemporaryDirectory home = new();
    private readonly FakeMount mount = new();
    private readonly Screen screen;

    public MountVerbsFacts() => screen = new Screen { Variables = { ["XDG_RUNTIME_DIR"] = home.Path, ["COLUMNS"] = "200" } };

    private string Directory => home.File("memory");

    public void Dispose()
    {
        screen.Dispose();
        home.Dispose();
    }

    [Fact]
    public async Task Mounts_lists_each_with_its_state_and_its_problems()
    {
        mount.Status = mount.Status with { State = MountState.ServerAway, LagSeconds = 12.34, Pending = 3, Drafts = 1, LocalFiles = 2, Problems = ["The server is away."] };
        using (StartDaemon())
        {
            Assert.Equal(0, await screen.RunAsync("mounts"));
            Assert.Matches($"DIRECTORY +STORE +MODE +STATE +PID +LAG +PENDING +CONFLICTS +DRAFTS +LOCAL\n{Directory} +notes +write +server_away +4711 +12.3 s +3 +0 +1 +2\n", screen.Output);
            Assert.Equal($"{Directory}: The server is away.\n", screen.Error);
        }
    }

    [Fact]
    public async Task Mounts_as_json_is_the_status_of_each()
    {
        using (StartDaemon())
        {
            Assert.Equal(0, await screen.RunAsync("mounts", "--json"));
            using var json = JsonDocument.Parse(screen.Output);
            var only = Assert.Single(json.RootElement.GetProperty("data").EnumerateArray());
            Assert.Equal("live", only.GetProperty("state").GetString());
            Assert.Equal(("memstore_01", 11, 0), (only.GetProperty("store").GetString(), only.GetProperty("seq").GetInt32(), only.GetProperty("lag_seconds").GetInt32()));
        }
    }

    [Fact]
    public async Task A_daemon_that_does_not_answer_is_listed_as_silent()
    {
        using var claim = Registry().Claim(FakeMount.Entry(Directory));
        Assert.Equal(0, await screen.RunAsync("mounts", "--json"));
        using var json = JsonDocument.Parse(screen.Output);
        var only = Assert.Single(json.RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal("silent", only.GetProperty("state").GetString());
        Assert.Contains("Process 4711 does not answer at ", only.GetProperty("problems")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await screen.RunAsync("unmount", Directory));
        Assert.Contains($"To detach {Directory} without it: memstores unmount {Directory} --force", screen.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mount_a_person_is_told_how_to_make_one()
    {
        Assert.Equal(0, await screen.RunAsync("mounts"));
        Assert.Equal(("", "No store is mounted. Mount one: memstores mount STORE DIR\n"), (screen.Output, screen.Error));
    }

    [Fact]
    public async Task Drain_ends_when_all_is_sent()
    {
        using (StartDaemon())
        {
            Assert.Equal(0, await screen.RunAsync("drain", Directory));
            Assert.Equal(($"drained {Directory}\n", ""), (screen.Output, screen.Error));
        }
    }

    [Fact]
    public async Task Drain_ends_with_4_and_names_the_drafts()
    {
        mount.DrainAsync = (_, _) => Task.FromResult(new DrainOutcome(Clean: false, 0, 1, 2, "/var/lib/x", ["/roof.md is not UTF-8, so it is kept as a draft."]));
        using (StartDaemon())
        {
            Assert.Equal(4, await screen.RunAsync("drain", Directory));
            Assert.Equal("", screen.Output);
            Assert.Equal($"""
                /roof.md is not UTF-8, so it is kept as a draft.
                2 files of names that are never memories, such as .git/, stay in /var/lib/x
                memstores: 1 draft in {Directory} cannot be a memory as it is. Everything else is on the server.

                """, screen.Error);
        }
    }

    [Theory]
    [InlineData(MountState.ServerAway, 6, "2 changes did not reach the server within 1 s: http://127.0.0.1:7878 is away. They wait in the mount's journal, and go when the server is back.")]
    [InlineData(MountState.Live, 1, "2 changes did not reach the server within 1 s. They wait in the mount's journal, and go when the server is back.")]
    public async Task Drain_gives_up_after_its_time(string state, int code, string said)
    {
        mount.DrainAsync = FakeMount.ForeverAsync;
        mount.Status = mount.Status with { Pending = 2, State = state };
        using (StartDaemon())
        {
            Assert.Equal(code, await screen.RunAsync("drain", Directory, "--timeout", "1"));
            Assert.Equal($"memstores: {said}\n", screen.Error);
        }
    }

    [Fact]
    public async Task Unmount_drains_and_waits_for_the_end_of_the_daemon()
    {
        var daemon = StartDaemon();
        mount.UnmountAsync = (_, _) =>
        {
            _ = Task.Run(async () =>
            {
                await Task.Delay(200);
                daemon.Dispose();
            });
            return Task.CompletedTask;
        };
        Assert.Equal(0, await screen.RunAsync("unmount", Directory));
        Assert.Equal(($"unmounted {Directory}\n", ""), (screen.Output, screen.Error));
        Assert.Equal(["drain", "unmount"], mount.Asked);
        Assert.Empty(Registry().List());
    }

    [Fact]
    public async Task Unmount_leaves_a_mount_that_is_in_use()
    {
        mount.UnmountAsync = (_, _) => throw new MountException("It is in use by vim (12).");
        using (StartDaemon())
        {
            Assert.Equal(1, await screen.RunAsync("unmount", Directory));
            Assert.Equal("memstores: It is in use by vim (12).\n", screen.Error);
        }
    }

    [Theory]
    [InlineData("unmount")]
    [InlineData("drain")]
    public async Task A_directory_without_a_mount_is_not_found(string verb)
    {
        Assert.Equal(3, await screen.RunAsync(verb, Directory));
        Assert.Equal($"memstores: no store is mounted on {Directory}; no store is mounted\n", screen.Error);
        using (StartDaemon())
        {
            System.IO.Directory.CreateDirectory(home.File("memory/house"));
            Assert.Equal(3, await screen.RunAsync(verb, home.File("memory/house")));
            Assert.EndsWith($"; it lies in the mount {Directory}\n", screen.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1000", 1000u, null)]
    [InlineData("0:5", 0u, 5u)]
    public void The_owner_is_one_number_or_two(string text, uint user, uint? group)
    {
        using var call = Call("mount", "notes", "/mnt/x", "--owner", text);
        Assert.Equal((user, group), MountStore.ParseOwner(call));
    }

    [Theory]
    [InlineData("root")]
    [InlineData("1:2:3")]
    [InlineData("-1")]
    [InlineData("1:")]
    [InlineData("4294967296")]
    public async Task Another_owner_is_bad_usage(string text)
    {
        Assert.Equal(2, await screen.RunAsync("mount", "notes", "/mnt/x", "--owner", text));
        Assert.Contains($"--owner takes numbers, such as 1000 or 1000:1000, not '{text}'", screen.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_daemons_words_hold_no_key_and_nothing_that_depends_on_a_directory()
    {
        using var call = Call("mount", "notes", "memory", "--url", "unix:/run/m.sock", "--key", "secret", "--read-only", "--owner", "7:8", "--background");
        var options = new MountOptions { Store = "memstore_01", StoreName = "notes", Directory = "/home/a/memory", ReadOnly = true };
        Assert.Equal(["mount-daemon", "--url", "unix:/run/m.sock", "--read-only", "--owner", "7:8", "--", "memstore_01", "/home/a/memory"], MountDaemon.Words(call, options));
    }

    [Fact]
    public async Task A_shell_is_offered_the_directories_that_are_mounted()
    {
        using (StartDaemon())
        {
            Assert.Equal(0, await screen.RunAsync("complete", "--", "unmount", home.Path));
            Assert.Equal($"{Directory}\tnotes\n", screen.Output);
        }
    }

    [Fact]
    public void Other_verbs_do_not_load_what_mounts()
    {
        // The start of every verb is measured, and most have nothing to do with a mount.
        var alone = new Recording(typeof(CommandLine).Assembly.Location);
        var commands = alone.Call("MemoryStores.Cli.Commands.CommandTable", "With", new object[] { Array.CreateInstance(alone.Type("MemoryStores.Cli.OutsideVerb"), 0) });
        var help = (string)alone.Call("MemoryStores.Cli.HelpText", "Overview", commands);
        Assert.Contains("  mount ", help, StringComparison.Ordinal);
        Assert.DoesNotContain(alone.Loaded, name => name is "MemoryStores.Mount" or "MemoryStores.Fuse");
        alone.Unload();
    }

    /// <summary>The command line loaded once more, apart, noting which assemblies it asks for.</summary>
    private sealed class Recording(string path) : AssemblyLoadContext(isCollectible: true)
    {
        private Assembly? program;

        public List<string?> Loaded { get; } = [];

        public Type Type(string name) => (program ??= LoadFromAssemblyPath(path)).GetType(name, throwOnError: true)!;

        public object Call(string type, string method, params object[] arguments) =>
            Type(type).GetMethod(method, BindingFlags.Static | BindingFlags.Public)!.Invoke(null, arguments)!;

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            Loaded.Add(assemblyName.Name);
            return null;
        }
    }

    private MountRegistry Registry() => MountRegistry.OfUser(name => screen.Variables.GetValueOrDefault(name));

    private Invocation Call(params string[] words) => new(Parser.Parse(words, CommandTable.With([])), screen.Surroundings, CommandTable.With([]));

    private Daemon StartDaemon()
    {
        var claim = Registry().Claim(FakeMount.Entry(Directory));
        return new Daemon(claim, ControlServer.Start(claim.Socket, mount.Controls));
    }

    private sealed class Daemon(MountClaim claim, ControlServer server) : IDisposable
    {
        public void Dispose()
        {
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            claim.Dispose();
        }
    }
}
