using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Syncing;

/// <summary>Syncs that are killed, answers that are lost, servers that go away: nothing vanishes, and each change lands once.</summary>
public sealed class CrashFacts(CrashFacts.AtWire syncs) : IClassFixture<CrashFacts.AtWire>
{
    [Fact]
    public async Task Killed_again_and_again_while_both_sides_change_every_line_is_there_once()
    {
        var random = Chance.For(nameof(Killed_again_and_again_while_both_sides_change_every_line_is_there_once));
        var place = await syncs.PlaceAsync();
        var lines = new List<string>();
        string Line(string side)
        {
            lines.Add($"{side} {lines.Count}");
            return lines[^1] + "\n";
        }
        for (var i = 0; i < 4; i++) place.Write($"f{i}", Line("here"));
        await place.CreateElsewhereAsync("/t", Line("there"));
        await place.OnceAsync();
        for (var round = 0; round < (Chance.IsSoak ? 100 : 15); round++)
        {
            if (random.Next(3) == 0) syncs.Wire.LoseAnswers(1);
            await using var sync = LiveSync.Launch(place);
            var life = TimeSpan.FromMilliseconds(random.Next(1500));
            var end = Task.Delay(life);
            do
            {
                await ChangeAsync(place, random, Line, text => lines.Remove(text.TrimEnd('\n')));
                await Task.WhenAny(end, Task.Delay(random.Next(200)));
            }
            while (!end.IsCompleted);
            await sync.KillAsync();
        }
        syncs.Wire.LoseAnswers(0);
        await place.OnceAsync();
        await place.OnceAsync();
        await place.AssertInStepAsync();
        var found = place.Files().Values.SelectMany(content => content.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(lines.Order(StringComparer.Ordinal).SequenceEqual(found.Order(StringComparer.Ordinal)),
            $"missing: {string.Join(", ", lines.Except(found))}; twice: {string.Join(", ", found.GroupBy(line => line).Where(group => group.Count() > 1).Select(group => group.Key))}; not ours: {string.Join(", ", found.Except(lines))}; {Chance.Replay}; {string.Join(' ', place.Files())}");
        Assert.DoesNotContain(place.Files().Keys, name => name.Contains("recovered", StringComparison.Ordinal) || name.Contains(".#", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_lands_once()
    {
        var place = await syncs.PlaceAsync();
        place.Write("f", "1\n");
        await place.OnceAsync();
        var lost = syncs.Wire.AnswersLost;
        syncs.Wire.LoseAnswers(20); // more than a client tries by itself
        await place.ShAsync("echo 2 >> f; echo new > n");
        await place.OnceAsync(6);
        syncs.Wire.LoseAnswers(0);
        Assert.True(syncs.Wire.AnswersLost > lost);
        await place.WriteElsewhereAsync("/f", "0\n1\n2\n");
        await place.ShAsync("echo 3 >> f");
        await place.OnceAsync();
        Assert.Equal(["a created /f: 1\n", "a modified /f: 1\n2\n", "b created /n: new\n", "a modified /f: 0\n1\n2\n", "a modified /f: 0\n1\n2\n3\n"], await place.VersionsAsync());
        await place.AssertInStepAsync();
    }

    [Fact]
    public async Task While_the_server_is_away_work_goes_on_and_is_caught_up_with()
    {
        var place = await syncs.PlaceAsync();
        place.Write("f", "1\n");
        await using var sync = await place.FollowAsync();
        await syncs.KillServerAsync();
        await place.ShAsync("echo 2 >> f; echo new > n; mv n m");
        await sync.SaysAsync("it goes on as soon as that is over");
        await syncs.StartServerAsync();
        await place.EventuallyInStepAsync();
        Assert.Equal(["a created /f: 1\n", "a modified /f: 1\n2\n", "b created /m: new\n"], await place.VersionsAsync());
        await place.CreateElsewhereAsync("/there", "there\n");
        await place.EventuallyInStepAsync();
        Assert.Equal(0, await sync.StopAsync());
    }

    [Fact]
    public async Task A_store_put_back_from_a_backup_overwrites_and_removes_nothing_that_it_does_not_know()
    {
        var place = await syncs.PlaceAsync();
        await place.ShAsync("echo 1 > f; echo 1 > g");
        await place.OnceAsync();
        await syncs.KillServerAsync();
        var (data, backup) = (syncs.Home.File("data"), syncs.Home.File("backup"));
        await place.RunAsync("cp", "-a", data, backup);
        await syncs.StartServerAsync();
        await place.ShAsync("echo TWO > f; echo new > n");
        await place.OnceAsync();
        await syncs.KillServerAsync();
        await place.RunAsync("rm", "-r", data);
        await place.RunAsync("mv", backup, data);
        await syncs.StartServerAsync();
        var said = await place.OnceAsync(4);
        Assert.Contains("/f: the store has another content, and does not know the version that is here", said, StringComparison.Ordinal);
        Assert.Contains("/n: its memory was deleted in the store, and its last version is not there any more", said, StringComparison.Ordinal);
        Assert.Equal(new() { ["/f"] = "TWO\n", ["/g"] = "1\n", ["/n"] = "new\n" }, place.Files());
    }

    [Fact]
    public async Task Without_a_server_one_run_ends_with_6_and_changes_nothing()
    {
        var place = await syncs.PlaceAsync();
        place.Write("f", "1\n");
        await place.OnceAsync();
        syncs.Wire.Cut();
        try
        {
            await place.ShAsync("echo 2 >> f");
            Assert.Contains("no server answers", await place.OnceAsync(6), StringComparison.Ordinal);
            Assert.Equal("1\n2\n", place.Read("f"));
        }
        finally
        {
            syncs.Wire.Server = syncs.Server.Url;
        }
    }

    private async Task ChangeAsync(SyncedPlace place, Random random, Func<string, string> line, Action<string> forget)
    {
        var files = place.Files().Keys.Where(name => !name.Contains(".#", StringComparison.Ordinal)).ToArray();
        var file = place.File(files[random.Next(files.Length)][1..]);
        try
        {
            switch (random.Next(8))
            {
                case 0:
                    place.Write($"d{random.Next(3)}/n{random.Next(1_000_000)}", line("here"));
                    break;
                case 1:
                    Directory.CreateDirectory(place.File("e"));
                    File.Move(file, place.File($"e/m{random.Next(1_000_000)}"));
                    break;
                case 2 or 3:
                    var memories = (await place.MemoriesAsync()).Keys.ToArray();
                    var memory = (await place.MemoryAsync(memories[random.Next(memories.Length)])).Id;
                    var text = line("there");
                    var append = new ChangeBody("append") { MemoryId = memory, Content = MemoryContent.Of(text) };
                    var result = (await syncs.Api.Commits.CommitAsync(place.Store.Id, new CommitRequestBody { Changes = [append] })).Value.Results[0];
                    // The sync removed it a moment ago, and nothing was appended to anything.
                    if (result.Type == "refused") forget(text);
                    else Assert.Equal("written", result.Type);
                    break;
                default:
                    await place.RunAsync("bash", "-c", "printf %s \"$1\" >> \"$0\"", file, line("here"));
                    break;
            }
        }
        catch (FileNotFoundException)
        {
            // The sync renamed it a moment ago.
        }
    }

    /// <summary>Syncs reach the server by a wire that can be cut.</summary>
    public sealed class AtWire : SyncFixture
    {
        private readonly List<Wire> wires = [];

        internal Wire Wire => wires[0];

        public override Uri SyncUrl => Wire.Url;

        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            wires.Add(new Wire(Server.Url));
        }

        /// <summary>kill -9; the wire leads nowhere.</summary>
        public async Task KillServerAsync()
        {
            Wire.Cut();
            await Server.DisposeAsync();
        }

        /// <summary>A server on the same data, at the wire's other end.</summary>
        public async Task StartServerAsync()
        {
            await ServeAsync();
            Wire.Server = Server.Url;
        }

        public override async Task DisposeAsync()
        {
            await base.DisposeAsync();
            foreach (var wire in wires) await wire.DisposeAsync();
        }
    }
}
