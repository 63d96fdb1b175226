using System.Collections.Concurrent;
using System.Text;
using MemoryStores.Mount;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Tests.Mount;

/// <summary>
/// A mount is killed after every reply it gave to a program, with the store far away, near, or cut off in the middle of an
/// answer. The next mount must come to what programs were told, once: nothing finished is missing, nothing half is a head.
/// </summary>
public sealed class CrashFacts(ITestOutputHelper output) : IDisposable
{
    private const int AtOnce = 4;
    private const int EnoughWrong = 4;
    private readonly TemporaryDirectory directory = TemporaryDirectory.InMemory();
    private int tried;

    /// <summary>Programs wait for their answers here in threads of the pool, several at once.</summary>
    static CrashFacts() => ThreadPool.SetMinThreads(32, 32);

    public static TheoryData<string> Scripts => [.. CrashScripts.All.Keys];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Killed_after_any_reply_the_next_mount_has_all_that_was_finished_and_once(string script)
    {
        var course = new Course(script, directory);
        var kills = new ConcurrentBag<Kill>();
        // Nothing of it sent, some of it, and all.
        var some = Chance.For(script).Next(1, course.Replies + 1);
        await Parallel.ForEachAsync(Enumerable.Range(0, course.Replies + 1), Few, async (near, _) =>
        {
            foreach (var kill in await course.KilledEverywhereAsync(near, onlyThere: near != 0 && near != some && !Chance.IsSoak)) kills.Add(kill);
        });
        await RecoverAsync(course, kills);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task And_when_the_store_has_it_and_its_answer_was_lost(string script)
    {
        var course = new Course(script, directory);
        var kills = new ConcurrentBag<Kill>();
        await Parallel.ForEachAsync(Enumerable.Range(1, course.Replies), Few, async (reply, _) =>
        {
            for (var commit = 1; await course.KilledWithoutAnswerAsync(reply, commit) is { } kill; commit++) kills.Add(kill);
        });
        await RecoverAsync(course, kills);
    }

    private static ParallelOptions Few => new() { MaxDegreeOfParallelism = AtOnce };

    private async Task RecoverAsync(Course course, IEnumerable<Kill> kills)
    {
        var wrong = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(kills.DistinctBy(kill => (kill.Reply, kill.Remains.Fingerprint)), Few, async (kill, _) =>
        {
            if (wrong.Count >= EnoughWrong) return;
            try
            {
                var again = await RecoverAsync(course, kill, alsoKilled: !kill.IsAcknowledged || Chance.IsSoak);
                foreach (var next in again.DistinctBy(next => next.Remains.Fingerprint)) await RecoverAsync(course, next, alsoKilled: false);
                await RecoverEditedAsync(course, kill);
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                wrong.Add($"{kill.When}: {failed.GetType().Name} {failed.Message}");
            }
        });
        output.WriteLine($"{tried} recoveries; {Chance.Replay}");
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {tried} are wrong; {Chance.Replay}\n{string.Join('\n', wrong.Order(StringComparer.Ordinal))}");
    }

    /// <summary>What the next mount comes to; and what it would leave if it were killed at any call of its own.</summary>
    private async Task<IReadOnlyList<Kill>> RecoverAsync(Course course, Kill kill, bool alsoKilled)
    {
        Interlocked.Increment(ref tried);
        var (store, again) = (kill.Remains.Store.Copy(), new ConcurrentQueue<Kill>());
        await using var mount = kill.Remains.Mount(directory, store, alsoKilled ? (when, remains) => again.Enqueue(kill with { When = $"{kill.When}, and {when}", Remains = remains }) : null);
        await mount.SettleAsync();
        kill.Belief.AssertKept(mount, kill.When);
        AssertShowsStore(mount, kill.When);
        var whole = await course.UninterruptedAsync(kill.Reply);
        Assert.True(store.History.Count <= whole.Versions, $"{kill.When}: {store.History.Count} versions, and {whole.Versions} without a kill: {string.Join(' ', store.History)}");
        foreach (var (path, id) in whole.Ids)
        {
            if (store.At(path) is { } head && kill.Belief.Files.GetValueOrDefault(path) is { IsUnfinished: false }) Assert.True(head.Id == id, $"{kill.When}: {path} is {head.Id}, and {id} without a kill");
        }
        return [.. again];
    }

    /// <summary>Somebody else edits each memory before the next mount: both sides' words are there, and no head is half or empty.</summary>
    private async Task RecoverEditedAsync(Course course, Kill kill)
    {
        Interlocked.Increment(ref tried);
        var store = kill.Remains.Store.Copy();
        foreach (var head in store.Heads) store.Edit(head.Path, $"theirs of {head.Id}\n{head.Text}");
        var words = store.Heads.Select(head => $"theirs of {head.Id}").Concat(kill.Belief.Files.Values.Select(file => file.Finished).OfType<string>().Concat(kill.Belief.MayBecomeOne ? [] : kill.Belief.Replaced).SelectMany(Words)).ToHashSet();
        await using var mount = kill.Remains.Mount(directory, store);
        await mount.SettleAsync();
        Assert.Empty(mount.Faults.Sentences);
        var kept = store.History.Where(version => version.Content is not null).SelectMany(version => Words(Encoding.UTF8.GetString(version.Content!))).Concat(Belief.DraftsOf(mount).SelectMany(draft => Words(draft.Text))).ToHashSet();
        Assert.True(words.IsSubsetOf(kept), $"{kill.When}, edited elsewhere: lost {string.Join(' ', words.Except(kept))}");
        var mayBeEmpty = kill.Belief.EverAt.Where(ever => ever.Value.Contains("")).Select(ever => ever.Key).ToHashSet();
        Assert.Empty(store.Heads.Where(head => head.Text == "" && !mayBeEmpty.Contains(head.Path)).Select(head => $"{kill.When}: {head.Path} is empty"));
        // What was removed here and edited there is back, and may stand in the way of what was made in its place.
        var inTheWay = kill.Belief.Files.Keys.Count(path => store.Heads.Any(head => path.StartsWith(head.Path + "/", StringComparison.Ordinal)));
        if (inTheWay == 0) AssertShowsStore(mount, kill.When);
        var drafts = kill.Belief.Files.Count(file => file.Value.IsUnfinished);
        Assert.True(mount.Drafts.Count <= drafts + inTheWay, $"{kill.When}, edited elsewhere: {string.Join(' ', Belief.DraftsOf(mount))} are drafts");
    }

    private static void AssertShowsStore(MountInMemory mount, string when)
    {
        var drafts = mount.Drafts.Files.Select(node => node.Path).ToHashSet();
        var shown = mount.Texts.Where(file => !drafts.Contains(file.Key)).ToDictionary();
        var stored = mount.Store.Texts.Where(file => !drafts.Contains(file.Key)).ToDictionary();
        Assert.True(shown.Count == stored.Count && shown.All(file => stored.GetValueOrDefault(file.Key) == file.Value), $"{when}: shown is\n{Lines(shown)}\nstored is\n{Lines(stored)}");
        static string Lines(Dictionary<string, string> files) => string.Join('\n', files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"    {file.Key}: {file.Value.ReplaceLineEndings("/")}"));
    }

    private static IEnumerable<string> Words(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => directory.Dispose();

    /// <summary>A moment, what programs believed then, and what was on disk.</summary>
    private sealed record Kill(string When, int Reply, bool IsAcknowledged, Belief Belief, Remains Remains);

    /// <summary>One script, played as often as is needed.</summary>
    private sealed class Course
    {
        private readonly string script;
        private readonly TemporaryDirectory among;
        private readonly ConcurrentDictionary<int, Lazy<Task<(int, Dictionary<string, string>)>>> whole = [];

        public Course(string script, TemporaryDirectory among)
        {
            (this.script, this.among) = (script, among);
            var played = new Play(script, isNear: true);
            while (played.Next()) Replies++;
            played.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        public int Replies { get; }

        public Task<(int Versions, Dictionary<string, string> Ids)> UninterruptedAsync(int reply) => whole.GetOrAdd(reply, _ => new(() => PlayedAsync(reply))).Value;

        /// <summary>The store answers up to one reply, and is far away from then on.</summary>
        public async Task<List<Kill>> KilledEverywhereAsync(int near, bool onlyThere)
        {
            await using var play = new Play(script, isNear: near > 0);
            var kills = new List<Kill>();
            while (true)
            {
                if (play.Replies == near)
                {
                    await play.Mount.UntilAsync(() => play.Mount.Queue.Count == 0);
                    play.IsNear = false;
                }
                if (play.Replies >= near) kills.Add(play.Kill(among, $"'{script}' after {play.Last} ({play.Replies}), the store away from reply {near} on"));
                if ((onlyThere && play.Replies >= near) || !play.Next()) return kills;
            }
        }

        /// <summary>Null when there are not so many commits.</summary>
        public async Task<Kill?> KilledWithoutAnswerAsync(int reply, int commit)
        {
            await using var play = new Play(script, isNear: false);
            while (play.Replies < reply) play.Next();
            play.AnswersToLose = commit;
            play.IsNear = true;
            await play.Mount.UntilAsync(() => play.HasLost || play.Mount.Queue.Count == 0);
            return play.HasLost ? play.Kill(among, $"'{script}' after {play.Last} ({play.Replies}), answer {commit} lost") : null;
        }

        private async Task<(int, Dictionary<string, string>)> PlayedAsync(int reply)
        {
            await using var play = new Play(script, isNear: true);
            while (play.Replies < reply) play.Next();
            await play.Mount.SettleAsync();
            return (play.Store.History.Count, play.Store.Heads.ToDictionary(head => head.Path, head => head.Id));
        }
    }

    /// <summary>A script on a mount, up to a reply.</summary>
    private sealed class Play : IAsyncDisposable
    {
        private readonly IEnumerator<string> steps;
        private readonly Belief belief = new();
        private volatile TaskCompletionSource near = new();

        public Play(string script, bool isNear)
        {
            foreach (var (path, text) in CrashScripts.Store)
            {
                Store.Create(path, text);
                belief.Has(path, text);
            }
            IsNear = isNear;
            Store.Arriving = call => call == "commit" ? near.Task : Task.CompletedTask;
            Store.Leaving = call => call != "commit" || Interlocked.Decrement(ref answersToLose) > 0 || !LosesAnswers ? Task.CompletedTask : Lose();
            Mount = new MountInMemory(Store);
            steps = CrashScripts.All[script](new Hands(Mount, belief)).GetEnumerator();
        }

        private int answersToLose;

        public FakeStore Store { get; } = new();
        public MountInMemory Mount { get; }
        public int Replies { get; private set; }
        public string Last { get; private set; } = "nothing";
        public bool HasLost { get; private set; }

        private bool LosesAnswers { get; set; }

        /// <summary>This answer to a commit, and all after it, never come.</summary>
        public int AnswersToLose
        {
            set => (answersToLose, LosesAnswers) = (value, true);
        }

        /// <summary>Whether commits arrive.</summary>
        public bool IsNear
        {
            set
            {
                if (!value && near.Task.IsCompleted) near = new();
                if (value) near.TrySetResult();
            }
        }

        public bool Next()
        {
            if (!steps.MoveNext()) return false;
            Replies++;
            Last = steps.Current;
            return true;
        }

        public Kill Kill(TemporaryDirectory among, string when)
        {
            lock (Mount.Tree.Gate) return new(when, Replies, Mount.Queue.Count == 0, belief.Copy(), Remains.Of(among, Mount));
        }

        public ValueTask DisposeAsync()
        {
            // Who waits in fsync is answered.
            Mount.Time.Move(Bounds.ServerPatience);
            return Mount.DisposeAsync();
        }

        private Task Lose()
        {
            HasLost = true;
            return Task.FromException(FakeStore.Unreachable);
        }
    }
}
