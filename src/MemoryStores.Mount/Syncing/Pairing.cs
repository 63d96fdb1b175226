namespace MemoryStores.Mount.Syncing;

/// <summary>
/// Which file is which memory's. A path says it before all else, as an editor that replaces a file means the same memory. Files
/// that are elsewhere now are known by their inode, where that was not used anew, and by their content.
/// </summary>
internal sealed class Pairing
{
    /// <summary>Each record with its file; null where that is gone.</summary>
    public List<(SyncedMemory Record, LocalFile? File)> Pairs { get; } = [];

    /// <summary>Files that were not there last time.</summary>
    public List<LocalFile> NewFiles { get; } = [];

    public static Pairing Of(IReadOnlyCollection<SyncedMemory> records, LocalView local, IReadOnlyDictionary<string, RemoteMemory> byRemotePath)
    {
        var pairing = new Pairing();
        var byPath = records.ToDictionary(record => record.Path, StringComparer.Ordinal);
        var byInode = Unique<SyncedMemory, (ulong, long)>(records, record => record.File is { Born: not 0 } file ? (file.Inode, file.Born) : null);
        var strangers = local.Files.Values.Where(file => !byPath.ContainsKey(file.Path)).ToArray();
        var strangersByInode = Unique<LocalFile, (ulong, long)>(strangers, file => file.Status is { Born: not 0 } status ? (status.Inode, status.Born) : null);
        var free = new HashSet<LocalFile>(strangers);
        var gone = new List<SyncedMemory>();
        var movedOn = MovedOn();
        foreach (var record in records)
        {
            if (!local.Files.TryGetValue(record.Path, out var file)) gone.Add(record);
            else if (movedOn.Contains(record))
            {
                gone.Add(record);
                free.Add(file);
            }
            else pairing.Pairs.Add((record, file));
        }
        var freeByInode = Unique<LocalFile, (ulong, long)>(free, file => file.Status is { Born: not 0 } status ? (status.Inode, status.Born) : null);
        var moved = gone.Select(record => (record, Take(record))).ToArray();
        // What was renamed and kept neither inode nor birth, as after a copy, is known by what is in it.
        var byContent = Unique<LocalFile, (string, long)>(free.Where(file => file is { Condition: Condition.Settled, Status.Size: > 0 } && !byPath.ContainsKey(file.Path)), file => (file.Sha256, file.Status.Size));
        var lost = Unique<SyncedMemory, (string, long)>(moved.Where(pair => pair.Item2 is null).Select(pair => pair.record), record => (record.LocalSha256, record.Size));
        foreach (var (record, file) in moved)
        {
            var found = file ?? (lost.ContainsKey((record.LocalSha256, record.Size)) && byContent.TryGetValue((record.LocalSha256, record.Size), out var same) && IsFreeFor(record, same) && free.Remove(same) ? same : null);
            pairing.Pairs.Add((record, found));
        }
        pairing.NewFiles.AddRange(free);
        return pairing;

        // Files that each took the next one's name, as when logs are rotated: a chain that ends at a name that is new. Where a file
        // was renamed and an unknown one has its place, an editor saved the same memory anew.
        HashSet<SyncedMemory> MovedOn()
        {
            var found = new HashSet<SyncedMemory>();
            foreach (var inode in strangersByInode.Keys)
            {
                if (!byInode.TryGetValue(inode, out var record)) continue;
                var isChain = false;
                while (Owner(record.Path) is { } next && next != record && found.Add(record)) (record, isChain) = (next, true);
                if (isChain && Owner(record.Path) != record) found.Add(record);
            }
            return found;
        }

        // Whose file has this path now.
        SyncedMemory? Owner(string path) => local.Files.TryGetValue(path, out var file) ? byInode.GetValueOrDefault((file.Status.Inode, file.Status.Born)) : null;

        LocalFile? Take(SyncedMemory record) =>
            record.File is { Born: not 0 } last && freeByInode.TryGetValue((last.Inode, last.Born), out var file) && IsFreeFor(record, file) && free.Remove(file) ? file : null;

        // Where the store has another memory by now, which is not leaving, the file is that one's.
        bool IsFreeFor(SyncedMemory record, LocalFile file) =>
            !byRemotePath.TryGetValue(file.Path, out var occupant) || occupant.Id == record.Memory || byPath.TryGetValue(file.Path, out var leaving) && leaving.Memory == occupant.Id && gone.Contains(leaving);
    }

    /// <summary>What no two share.</summary>
    private static Dictionary<TKey, T> Unique<T, TKey>(IEnumerable<T> items, Func<T, TKey?> keyOf)
        where TKey : struct =>
        items.Select(item => (Key: keyOf(item), Item: item)).Where(pair => pair.Key is not null).GroupBy(pair => pair.Key!.Value)
            .Where(group => group.Skip(1).FirstOrDefault().Key is null).ToDictionary(group => group.Key, group => group.First().Item);
}
