using System.Text;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Tests.Mount;

/// <summary>
/// Programs here and others elsewhere change the same few memories while answers are late, lost, or never come. Every line
/// carries a word of its own; when all is quiet the mount shows what the store holds, and each word of each finished save is
/// in some version.
/// </summary>
public sealed class NothingVanishesFacts(ITestOutputHelper output)
{
    private static readonly int Games = Chance.IsSoak ? 2_000 : 30;
    private static readonly int GamesWithKills = Games / 3;
    private const int StepsPerGame = 60;

    [Fact]
    public async Task Whatever_two_sides_do_to_the_same_memories_no_finished_save_is_lost()
    {
        var random = Chance.For(nameof(Whatever_two_sides_do_to_the_same_memories_no_finished_save_is_lost));
        for (var game = 0; game < Games; game++)
        {
            var seed = random.Next();
            await using var played = new Game(new Random(seed));
            try
            {
                await played.PlayAsync();
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"Game {game} (seed {seed}); {Chance.Replay}\n{failed.Message}\n{played.Told}", failed);
            }
        }
        output.WriteLine($"{Games} games of {StepsPerGame} steps; {Chance.Replay}");
    }

    [Fact]
    public async Task Nor_when_the_mount_is_killed_again_and_again()
    {
        var random = Chance.For(nameof(Nor_when_the_mount_is_killed_again_and_again));
        var kills = 0;
        for (var game = 0; game < GamesWithKills; game++)
        {
            var seed = random.Next();
            await using var played = new Game(new Random(seed), isKilled: true);
            try
            {
                await played.PlayAsync();
                kills += played.Kills;
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"Game {game} (seed {seed}); {Chance.Replay}\n{failed.Message}\n{played.Told}", failed);
            }
        }
        output.WriteLine($"{GamesWithKills} games of {StepsPerGame} steps, {kills} kills; {Chance.Replay}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    [InlineData(4000)]
    public async Task Nor_in_these_games(int seed)
    {
        await using var played = new Game(new Random(seed));
        await played.PlayAsync();
    }

    private sealed class Game : IAsyncDisposable
    {
        private static readonly string[] Paths = ["/a", "/b", "/c", "/d/a", "/d/b", "/e/a"];

        private readonly Random random;
        private readonly Random delays;
        private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
        private readonly bool isKilled;
        private readonly List<string> told = [];
        private readonly HashSet<string> finished = [];
        private readonly Dictionary<string, (MountInMemory.Handle Handle, List<string> Words)> open = [];
        private FakeStore store = new();
        private MountInMemory mount;
        private int words;
        private bool isCalm;

        public Game(Random random, bool isKilled = false)
        {
            (this.random, this.isKilled, delays) = (random, isKilled, new Random(random.Next()));
            foreach (var path in Paths.Where(_ => random.Next(2) == 0)) store.Create(path, Text(Word(), Word(), Word()));
            Connect();
            mount = new MountInMemory(store);
        }

        public int Kills { get; private set; }

        private void Connect()
        {
            store.Log = Tell;
            store.Arriving = DelayAsync;
            store.Leaving = DelayAsync;
        }

        /// <summary>The store the dead mount talks to is another from then on. Programs that had files open lose what they had not finished.</summary>
        private async Task KillAsync()
        {
            var dead = mount;
            var left = Remains.Of(directory, dead);
            dead.Store.Log = null;
            store = left.Store;
            Connect();
            Kills++;
            Tell($"killed: {string.Join(", ", open.Keys)} open");
            open.Clear();
            mount = left.Mount(directory, store);
            await dead.DisposeAsync();
        }

        public string Told
        {
            get
            {
                lock (told) return string.Join('\n', told);
            }
        }

        private void Tell(string line)
        {
            lock (told) told.Add(line);
        }

        public async Task PlayAsync()
        {
            for (var step = 0; step < StepsPerGame; step++)
            {
                Step();
                if (isKilled && random.Next(12) == 0) await KillAsync();
                if (random.Next(3) == 0) await Task.Delay(random.Next(4));
                if (random.Next(8) == 0) mount.Time.Move(TimeSpan.FromMilliseconds(random.Next(3_000)));
                if (random.Next(20) == 0) await QuietAsync();
            }
            foreach (var path in open.Keys.ToArray()) Close(path);
            await QuietAsync();
        }

        private async Task QuietAsync()
        {
            isCalm = true;
            foreach (var path in open.Keys.ToArray()) Close(path);
            await mount.SettleAsync();
            mount.AssertSameAsStore();
            Assert.Empty(mount.Drafts.Files.Select(node => $"{node.Path}: {node.Draft!.Cause}"));
            Assert.Empty(mount.Arrivals.Hidden);
            var kept = store.History.Where(version => version.Content is not null).SelectMany(version => Encoding.UTF8.GetString(version.Content!).Split('\n')).ToHashSet();
            if (isKilled) kept.UnionWith(Belief.DraftsOf(mount).SelectMany(draft => draft.Text.Split('\n')));
            Assert.Equal([], finished.Except(kept));
            Tell("quiet");
            isCalm = false;
        }

        private void Step()
        {
            var path = Paths[random.Next(Paths.Length)];
            if (random.Next(3) == 0) Elsewhere(path);
            else
            {
                try
                {
                    Here(path);
                }
                catch (FileNotFoundException)
                {
                    Tell($"{path}: gone from elsewhere this moment");
                }
            }
        }

        private void Elsewhere(string path)
        {
            var (other, word) = (Paths[random.Next(Paths.Length)], Word());
            var head = store.At(path);
            ChangeBody change = (head, random.Next(6)) switch
            {
                (null, _) => new ChangeBody("create") { Path = path, Content = MemoryContent.Of(Text(word)) },
                (_, 0) => new ChangeBody("delete") { MemoryId = head.Id },
                (_, 1) => new ChangeBody("rename") { MemoryId = head.Id, Path = other },
                (_, 2) => new ChangeBody("append") { MemoryId = head.Id, Content = MemoryContent.Of(Text(word)) },
                _ => new ChangeBody("update") { MemoryId = head.Id, Content = MemoryContent.Of(Edited(head.Text, word)) },
            };
            if (store.Try(change)) Tell($"elsewhere {change.Type} {path} {(change.Type == "rename" ? other : word)}");
        }

        private void Here(string path)
        {
            var word = Word();
            if (open.ContainsKey(path) && random.Next(2) == 0)
            {
                Close(path);
                return;
            }
            var there = mount.TryFind<MemoryNode>(path);
            var other = Paths[random.Next(Paths.Length)];
            switch (random.Next(12))
            {
                case 0 when there is not null:
                    Tell($"rm {path}");
                    Forget(path);
                    mount.Unlink(path);
                    break;
                case 1 or 2 when there is not null && Parent(other) && !open.ContainsKey(other) && !open.ContainsKey(path):
                    Tell($"mv {path} {other}: {mount.Rename(path, other)}");
                    break;
                case 3 when there is not null && mount.TryFind<MemoryNode>(other) is not null && !open.ContainsKey(other) && !open.ContainsKey(path):
                    Tell($"exchange {path} {other}: {mount.Rename(path, other, RenameFlags.Exchange)}");
                    break;
                case 4 when Parent(path) && !open.ContainsKey(path):
                    // As sed -i and careful programs save.
                    var temporary = path[..(path.LastIndexOf('/') + 1)] + "sed" + word[^6..];
                    Tell($"temp {path} {word}");
                    mount.Save(temporary, Text(word));
                    mount.Rename(temporary, path);
                    Finish(mount.Find<MemoryNode>(path), [word]);
                    break;
                case 5 when there is not null && Parent(path) && !open.ContainsKey(path):
                    // As vim saves with a backup.
                    Tell($"vim {path} {word}");
                    var text = Edited(mount.Read(path), word);
                    mount.Rename(path, path + "~");
                    mount.Save(path, text);
                    mount.Unlink(path + "~");
                    Finish(mount.TryFind<MemoryNode>(path), [word]);
                    break;
                case 6 or 7 when there is not null && !open.ContainsKey(path):
                    Tell($"open {path} {word}");
                    var edited = Edited(mount.Read(path), word);
                    if (mount.TryFind<MemoryNode>(path) is null) break; // Gone this moment.
                    var writes = mount.Open(path, OpenFlags.ReadWrite);
                    mount.Write(writes, edited, 0);
                    open[path] = (writes, [word]);
                    break;
                case 8 or 9 when Parent(path) && !open.ContainsKey(path):
                    Tell($"append {path} {word}");
                    mount.Append(path, Text(word));
                    Finish(mount.TryFind<MemoryNode>(path), [word]);
                    break;
                case 10 when Parent(path) && !open.ContainsKey(path):
                    Tell($"echo {path} {word}");
                    mount.Save(path, Text(word));
                    Finish(mount.TryFind<MemoryNode>(path), [word]);
                    break;
                case 11 when random.Next(2) == 0:
                    var (from, to) = random.Next(2) == 0 ? ("/d", "/e") : ("/e", "/d");
                    Tell($"mv {from} {to}: {mount.Rename(from, to, random.Next(3) == 0 ? RenameFlags.Exchange : RenameFlags.None)}");
                    break;
                default:
                    if (path.LastIndexOf('/') > 0 && mount.TryFind<Node>(path[..path.LastIndexOf('/')]) is null) mount.MakeDirectory(path[..path.LastIndexOf('/')]);
                    break;
            }
        }

        private void Close(string path)
        {
            open.Remove(path, out var closing);
            Tell($"close {path}");
            // Somebody may have emptied the file under its writer, as anywhere.
            string text;
            lock (mount.Tree.Gate) text = Encoding.UTF8.GetString(((MemoryNode)closing.Handle.Node).Content);
            mount.Close(closing.Handle);
            Finish((MemoryNode)closing.Handle.Node, [.. closing.Words.Where(word => text.Contains(word, StringComparison.Ordinal))]);
        }

        private void Forget(string path) => open.Where(one => one.Value.Handle.Node.Path == path).ToList().ForEach(one => one.Value.Words.Clear());

        /// <summary>What was closed and is nobody's unfinished work any more has to be in the history.</summary>
        private void Finish(MemoryNode? node, List<string> finishedWords)
        {
            lock (mount.Tree.Gate)
            {
                if (node is { IsAttached: true, IsDirty: false }) finished.UnionWith(finishedWords);
            }
        }

        private bool Parent(string path) => mount.TryFind<DirectoryNode>(path[..path.LastIndexOf('/')]) is not null;

        private string Edited(string text, string word)
        {
            var lines = text.Split('\n').ToList();
            lines.Insert(random.Next(lines.Count), word);
            if (lines.Count > 3 && random.Next(2) == 0) lines.RemoveAt(random.Next(lines.Count - 1));
            return lines.Contains(word) ? string.Join('\n', lines) : text + word + "\n";
        }

        private string Word() => $"w{++words:D6}";

        private static string Text(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

        private async Task DelayAsync(string call)
        {
            int dice, wait;
            lock (delays) (dice, wait) = (delays.Next(40), delays.Next(5));
            if (isCalm && call == "hint") return;
            if (dice < 20) await Task.Delay(wait);
            if (dice == 0 && call == "commit") throw FakeStore.Unreachable;
        }

        public async ValueTask DisposeAsync()
        {
            await mount.DisposeAsync();
            directory.Dispose();
        }
    }
}
