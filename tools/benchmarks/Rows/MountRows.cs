using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MemoryStores.Benchmarks.Mounts;

namespace MemoryStores.Benchmarks.Rows;

/// <summary>
/// A mounted store beside tmpfs, and where they are installed bindfs (on tmpfs) and rclone, in turns: each round does the same
/// work in each place, so that whatever else the machine does hits all. Needs root.
/// </summary>
internal sealed class MountRows : IRow
{
    private const int Opens = 20_000;
    private const int Saves = 40;

    public string Name => "mount";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        var root = Directory.CreateTempSubdirectory("memstores-bench-").FullName;
        var state = Path.Combine(root, "state");
        Directory.CreateDirectory(state);
        await using var server = await Child.ServerAsync(Path.Combine(root, "data"), "--limit", "memories_per_store=200000", "--limit", "store_bytes=10000000000");
        var store = await CreateStoreAsync(server);
        var results = new List<Result>();
        await using (var tmpfs = MountedPlace.Tmpfs(Path.Combine(root, "tmpfs")))
        await using (var write = await MountedPlace.StoreAsync(server.Url, store, Path.Combine(root, "write"), state))
        {
            var (theirs, ours) = (new FileWork(Path.Combine(tmpfs.Directory, "notes")), new FileWork(Path.Combine(write.Directory, "notes")));
            theirs.Fill();
            ours.Fill();
            MountedPlace.Drain(write.Directory, state);
            var peers = new List<(string Name, FileWork Work, MountedPlace Place)>();
            await AddPeersAsync(peers, tmpfs.Directory, root);
            try
            {
                await using (var read = await MountedPlace.StoreAsync(server.Url, store, Path.Combine(root, "read"), state, "--read-only"))
                    results.AddRange(Measure(plan, theirs, new FileWork(Path.Combine(read.Directory, "notes")), peers, Reading));
                results.AddRange(Measure(plan, theirs, ours, peers, Unmodified));
                results.AddRange(Measure(plan, theirs, ours, peers, Writing, () => MountedPlace.Drain(write.Directory, state)));
                results.Add(await VisibilityAsync(server, store, root, state, write.Directory));
                results.Add(Allocations(ours, write.Directory, state));
            }
            finally
            {
                foreach (var (_, _, place) in peers) await place.DisposeAsync();
            }
        }
        results.AddRange(await StartAsync(plan, server, store, root, state));
        Directory.Delete(root, recursive: true);
        return results;
    }

    private sealed record Work(string Name, double Goal, Action<FileWork, int> Do);

    private static readonly Work[] Reading = [new("warm grep -r, read-only mount", 1.4, static (at, _) => at.GrepAll())];

    private static readonly Work[] Unmodified =
    [
        new("warm grep -r, read-write mount", 3.5, static (at, _) => at.GrepAll()),
        new("find with stat, unmodified tree", 1.3, static (at, _) => at.StatAll()),
        new("ls -lR, unmodified tree", 1.3, static (at, _) => at.ListAll()),
        new("cat all", 6, static (at, _) => at.CatAll()),
    ];

    private static readonly Work[] Writing =
    [
        new("create 2,000, to the last close()", 9, static (at, round) => at.CreateAll($"more-{round}")),
        new("rewrite all", 5, static (at, _) => at.RewriteAll()),
        new("save all by temp + rename", 5.5, static (at, _) => at.SaveAllByRename()),
    ];

    /// <summary>In turns, a round warming caches and the compiler first; after ours, what it left to be done is waited for.</summary>
    private static IEnumerable<Result> Measure(
        Plan plan, FileWork tmpfs, FileWork ours, List<(string Name, FileWork Work, MountedPlace Place)> peers, Work[] works, Action? drain = null)
    {
        foreach (var work in works)
        {
            var (mine, theirs, drains) = (new List<double>(), new List<double>(), new List<double>());
            var others = peers.ToDictionary(peer => peer.Name, _ => new List<double>());
            for (var round = 0; round <= plan.Rounds * 3; round++)
            {
                var (limit, own) = (FileWork.Milliseconds(() => work.Do(tmpfs, round)), FileWork.Milliseconds(() => work.Do(ours, round)));
                var drained = drain is null ? 0 : FileWork.Milliseconds(drain);
                if (round == 0) continue;
                theirs.Add(limit);
                mine.Add(own);
                drains.Add(drained);
                if (round % 3 != 1) continue; // The others are slow, and there for scale.
                foreach (var (name, at, _) in peers) others[name].Add(FileWork.Milliseconds(() => work.Do(at, round)));
            }
            yield return new Result(work.Name, "tmpfs", Bench.Median(mine), Bench.Median(theirs), "ms", work.Goal, AtLeast: false);
            if (drain is not null) yield return new Result("    and drain after it", "2 s", Bench.Median(drains), 2_000, "ms", 1, AtLeast: false);
            foreach (var (name, times) in others) yield return new Result("    the same", name, Bench.Median(mine), Bench.Median(times), "ms", null, AtLeast: false);
        }
    }

    private static async Task AddPeersAsync(List<(string, FileWork, MountedPlace)> peers, string tmpfs, string root)
    {
        var (source, target) = (Path.Combine(tmpfs, "bindfs"), Path.Combine(root, "bindfs"));
        if (await MountedPlace.PeerAsync("bindfs", source, target, "-f", source, target) is { } bindfs) peers.Add(("bindfs on tmpfs", Filled(target), bindfs));
        (source, target) = (Path.Combine(tmpfs, "rclone"), Path.Combine(root, "rclone"));
        if (await MountedPlace.PeerAsync("rclone", source, target, "mount", source, target, "--vfs-cache-mode", "writes", "--cache-dir", Path.Combine(root, "rclone-cache")) is { } rclone)
            peers.Add(("rclone on tmpfs", Filled(target), rclone));

        static FileWork Filled(string directory)
        {
            var work = new FileWork(Path.Combine(directory, "notes"));
            work.Fill();
            return work;
        }
    }

    /// <summary>From the return of fsync in one mount until another shows the content.</summary>
    private static async Task<Result> VisibilityAsync(Child server, string store, string root, string state, string mount)
    {
        await using var other = await MountedPlace.StoreAsync(server.Url, store, Path.Combine(root, "other"), state);
        var (times, seen) = (new List<double>(), Path.Combine(other.Directory, "seen.md"));
        for (var i = 0; i < Saves; i++)
        {
            var text = $"save number {i} of a note that both look at\n";
            FileWork.WriteSafely(Path.Combine(mount, "seen.md"), Encoding.UTF8.GetBytes(text));
            var clock = Stopwatch.StartNew();
            while (!File.Exists(seen) || await File.ReadAllTextAsync(seen) != text)
            {
                if (clock.Elapsed > TimeSpan.FromSeconds(10)) throw new InvalidOperationException("A save in one mount is not seen in the other.");
            }
            if (i > 0) times.Add(clock.Elapsed.TotalMilliseconds);
        }
        return new Result("fsynced in one mount, seen in another", "10 ms", Bench.Median(times), 10, "ms", 1, AtLeast: false);
    }

    private static Result Allocations(FileWork work, string mount, string state)
    {
        work.OpenAndClose(Opens);
        var before = MountedPlace.Status(mount, state).GetProperty("allocated_bytes").GetInt64();
        work.OpenAndClose(Opens);
        var after = MountedPlace.Status(mount, state).GetProperty("allocated_bytes").GetInt64();
        return new Result("allocated by an open and a close", "16 bytes", (after - before) / (double)Opens, 16, "bytes", 1, AtLeast: false);
    }

    /// <summary>How soon a store can be used: mount, first grep over content that is not here yet, and what the daemon holds then.</summary>
    private static async Task<List<Result>> StartAsync(Plan plan, Child server, string store, string root, string state)
    {
        var (mounted, grepped, resident) = (new List<double>(), new List<double>(), new List<double>());
        var fresh = await CreateStoreAsync(server);
        var place = Path.Combine(root, "fresh");
        await using (await MountedPlace.StoreAsync(server.Url, fresh, place, state))
        {
            new FileWork(Path.Combine(place, "notes")).Fill();
            MountedPlace.Drain(place, state);
        }
        for (var round = 0; round < plan.Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await using var mount = await MountedPlace.StoreAsync(server.Url, fresh, place, state);
            mounted.Add(clock.Elapsed.TotalMilliseconds);
            var work = new FileWork(Path.Combine(place, "notes"));
            grepped.Add(FileWork.Milliseconds(work.GrepAll));
            work.CatAll();
            resident.Add(mount.ResidentBytes / 1e6);
        }
        return
        [
            new Result("mount a store of 2,000 memories", "1 s", Bench.Median(mounted), 1_000, "ms", 1, AtLeast: false),
            new Result("first cold grep -r", "3 s", Bench.Median(grepped), 3_000, "ms", 1, AtLeast: false),
            new Result("memory of the daemon, 2,000 memories", "100 MB", Bench.Median(resident), 100, "MB", 1, AtLeast: false),
        ];
    }

    private static async Task<string> CreateStoreAsync(Child server)
    {
        using var client = server.Client();
        using var body = new StringContent(new JsonObject { ["name"] = $"bench {Guid.NewGuid():N}" }.ToJsonString(), Encoding.UTF8, "application/json");
        var answer = await client.PostAsync("v1/memory_stores", body);
        return JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString()!;
    }
}
