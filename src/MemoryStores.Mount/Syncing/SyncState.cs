using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// A memory as it last was on both sides: <see cref="LocalSha256"/> is of the bytes its file then had. They are those of
/// <see cref="Version"/>, from which a merge fetches them, unless <see cref="IsKept"/>: an append has landed on lines that are not
/// here yet, and what the file was then is no version but kept beside the state.
/// </summary>
internal sealed record SyncedMemory(string Memory, string Path, string Version, string LocalSha256, long Size)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsKept { get; init; }

    /// <summary>The file's status then, or only which file it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FileStatus? File { get; init; }
}

/// <summary>
/// A file that is being put in its place. Whether it came there is told by the file beside the place, so that after a crash
/// nobody's change is taken for another's. <paramref name="Replaces"/> is the digest of what was there before.
/// </summary>
internal sealed record PendingPut(AsideFile Aside, SyncedMemory Becomes, string? Replaces);

/// <summary>A commit as it was sent, and per change the memory's record should it land.</summary>
internal sealed record PendingCommit(CommitRequestBody Request, IReadOnlyList<PendingChange> Changes);

/// <summary>What a change was made of; <see cref="Before"/> is null for a memory that is new.</summary>
internal sealed record PendingChange(string Path, string LocalSha256, long Size, FileStatus? File, SyncedMemory? Before);

/// <summary>All that a sync knows of the last time; what is on the disk of it is always whole.</summary>
internal sealed class SyncState
{
    private readonly Dictionary<string, SyncedMemory> memories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> byPath = new(StringComparer.Ordinal);

    /// <summary>By memory id. No two have one path.</summary>
    public IReadOnlyDictionary<string, SyncedMemory> Memories => memories;

    public List<PendingPut> Puts { get; } = [];

    /// <summary>Whether anything was ever in step: only then can something be missing.</summary>
    public bool IsKnown => memories.Count > 0;

    public void Set(SyncedMemory memory)
    {
        if (byPath.TryGetValue(memory.Path, out var other)) Remove(other);
        Remove(memory.Memory);
        (memories[memory.Memory], byPath[memory.Path]) = (memory, memory.Memory);
    }

    public void Remove(string memory)
    {
        if (memories.Remove(memory, out var removed)) byPath.Remove(removed.Path);
    }

    public void Clear()
    {
        memories.Clear();
        byPath.Clear();
    }

    public byte[] Write() =>
        JsonSerializer.SerializeToUtf8Bytes(new StateBody(StateBody.CurrentFormat, [.. Memories.Values.OrderBy(memory => memory.Path, StringComparer.Ordinal)], [.. Puts]), SyncJson.OnDisk.StateBody);

    /// <summary>Null where the bytes are no state of ours, or one that contradicts itself.</summary>
    public static SyncState? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, SyncJson.OnDisk.StateBody) is not { Format: StateBody.CurrentFormat, Memories: { } memories, Puts: { } puts }) return null;
            var state = new SyncState();
            foreach (var memory in memories)
            {
                if (!IsWhole(memory) || state.memories.ContainsKey(memory.Memory) || state.byPath.ContainsKey(memory.Path)) return null;
                state.Set(memory);
            }
            foreach (var put in puts)
            {
                if (put is not { Aside: { Path: not null, Name: not null, Status: not null }, Becomes: { } becomes } || !IsWhole(becomes) || put.Aside.Name.Contains('/', StringComparison.Ordinal)) return null;
                state.Puts.Add(put);
            }
            return state;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsWhole(SyncedMemory? memory) =>
        memory is { Memory.Length: > 0, Version.Length: > 0, Path: not null } && MemoryPath.TryParse(memory.Path, out _, out _) && ContentDigest.TryParse(memory.LocalSha256, out _);
}

internal sealed record StateBody(int Format, IReadOnlyList<SyncedMemory> Memories, IReadOnlyList<PendingPut> Puts)
{
    public const int CurrentFormat = 1;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StateBody))]
[JsonSerializable(typeof(PendingCommit))]
internal sealed partial class SyncJson : JsonSerializerContext
{
    public static readonly SyncJson OnDisk = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
}
