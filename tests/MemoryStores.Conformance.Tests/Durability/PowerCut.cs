namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>
/// The directory as a loss of power leaves it: of each file what was synced, and of what was not any part. A name is there
/// for certain once its directory was synced; before that a new file may be gone, and a removed one may be back.
/// </summary>
public sealed class PowerCut
{
    // A disk writes its sectors whole; a page of eight may be torn between any two.
    private const int SectorBytes = 512;

    private readonly Dictionary<string, Disk> files = [];
    private readonly string directory;

    /// <summary>What becomes of what was not synced.</summary>
    public enum Unsynced
    {
        Lost,
        Kept,
        Torn,
    }

    private sealed class Disk
    {
        public MemoryStream Synced { get; } = new();
        public List<(int At, DiskEvent Event)> Pending { get; } = [];
        public int Made { get; init; }
        public int? Gone { get; set; }
        public bool NameIsSynced { get; set; }
    }

    private PowerCut(string directory) => this.directory = directory;

    /// <summary>Leaves in <paramref name="target"/> what a disk holds on which the first events were done.</summary>
    public static void Leave(IReadOnlyList<DiskEvent> events, int count, string directory, Unsynced unsynced, Random random, string target)
    {
        var cut = new PowerCut(directory);
        for (var i = 0; i < count; i++) cut.Take(i, events[i]);
        foreach (var (file, disk) in cut.files)
        {
            var isThere = disk.Gone is null ? disk.NameIsSynced || Happens(unsynced, random) : !Happens(unsynced, random);
            if (isThere) File.WriteAllBytes(Path.Combine(target, Path.GetFileName(file)), Image(disk, unsynced, random));
        }
    }

    /// <summary>How much was written to a file and not synced after so many events.</summary>
    public static int PendingWrites(IReadOnlyList<DiskEvent> events, int count, string directory, string file)
    {
        var cut = new PowerCut(directory);
        for (var i = 0; i < count; i++) cut.Take(i, events[i]);
        return cut.files.TryGetValue(file, out var disk) ? disk.Pending.Count : 0;
    }

    private void Take(int at, DiskEvent happened)
    {
        switch (happened)
        {
            case DiskEvent.Created created:
                Make(created.File, at);
                break;
            case DiskEvent.Written written:
                Make(written.File, at).Pending.Add((at, written));
                break;
            case DiskEvent.Truncated truncated:
                Make(truncated.File, at).Pending.Add((at, truncated));
                break;
            case DiskEvent.Synced synced when synced.File == directory:
                SyncNames(synced.Begun);
                break;
            case DiskEvent.Synced synced when files.TryGetValue(synced.File, out var disk):
                foreach (var (_, pending) in disk.Pending.Where(pending => pending.At < synced.Begun)) Apply(disk.Synced, pending);
                disk.Pending.RemoveAll(pending => pending.At < synced.Begun);
                break;
            case DiskEvent.Removed removed when files.TryGetValue(removed.File, out var disk):
                disk.Gone = at;
                break;
            case DiskEvent.Renamed renamed when files.Remove(renamed.From, out var disk):
                files[renamed.To] = disk;
                break;
        }
    }

    private Disk Make(string file, int at)
    {
        if (!files.TryGetValue(file, out var disk) || disk.Gone is not null) files[file] = disk = new Disk { Made = at };
        return disk;
    }

    private void SyncNames(int begun)
    {
        foreach (var (file, disk) in files.ToList())
        {
            if (disk.Gone < begun) files.Remove(file);
            else if (disk.Made < begun) disk.NameIsSynced = true;
        }
    }

    private static byte[] Image(Disk disk, Unsynced unsynced, Random random)
    {
        var image = new MemoryStream();
        disk.Synced.WriteTo(image);
        foreach (var (_, pending) in disk.Pending)
        {
            if (pending is DiskEvent.Written written && unsynced == Unsynced.Torn)
            {
                for (var at = 0; at < written.Bytes.Length; at += SectorBytes)
                {
                    if (random.Next(2) == 0) continue;
                    Apply(image, new DiskEvent.Written(written.File, written.Offset + at, written.Bytes[at..Math.Min(at + SectorBytes, written.Bytes.Length)]));
                }
            }
            else if (Happens(unsynced, random)) Apply(image, pending);
        }
        return image.ToArray();
    }

    private static void Apply(MemoryStream image, DiskEvent happened)
    {
        if (happened is DiskEvent.Truncated truncated) image.SetLength(truncated.Length);
        if (happened is not DiskEvent.Written written) return;
        image.Position = written.Offset;
        image.Write(written.Bytes);
    }

    private static bool Happens(Unsynced unsynced, Random random) =>
        unsynced == Unsynced.Kept || (unsynced == Unsynced.Torn && random.Next(2) == 0);
}
