using System.Text;
using MemoryStores.Contract;
using MemoryStores.Mount.Syncing;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Syncing;

/// <summary>What is read back of the last time is what was written, or nothing.</summary>
public sealed class SyncStateFacts
{
    [Fact]
    public void What_was_written_is_read_again()
    {
        var state = Some();
        var read = SyncState.TryRead(state.Write())!;
        Assert.Equal(state.Memories.Values, read.Memories.Values);
        Assert.Equal(state.Puts, read.Puts);
        Assert.True(read.IsKnown);
    }

    [Fact]
    public void No_two_memories_have_one_path()
    {
        var state = Some();
        state.Set(new SyncedMemory("mem_other", "/a", "v9", Sha("x"), 1));
        Assert.Equal(["mem_b", "mem_other"], state.Memories.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"format":2,"memories":[],"puts":[]}""")]
    [InlineData("""{"format":1,"memories":[null],"puts":[]}""")]
    [InlineData("""{"format":1,"memories":null,"puts":[]}""")]
    [InlineData("""{"format":1,"memories":[],"puts":[{"aside":null,"becomes":null}]}""")]
    [InlineData("""{"format":1,"memories":[{"memory":"m","path":"/../x","version":"v","local_sha256":"","size":0}],"puts":[]}""")]
    public void What_is_no_state_is_refused(string json) => Assert.Null(SyncState.TryRead(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Two_records_of_one_path_are_refused()
    {
        var json = Encoding.UTF8.GetString(Some().Write());
        Assert.Null(SyncState.TryRead(Encoding.UTF8.GetBytes(json.Replace("\"/b\"", "\"/a\"", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_torn_or_altered_file_is_noticed_wherever_it_is_damaged()
    {
        var whole = SyncPlace.Seal(Some().Write());
        Assert.True(SyncPlace.TryUnseal(whole, out var json));
        Assert.NotNull(SyncState.TryRead(json));
        for (var length = 0; length < whole.Length; length++) Assert.False(SyncPlace.TryUnseal(whole[..length], out _), $"cut to {length} bytes");
        var random = Chance.For(nameof(A_torn_or_altered_file_is_noticed_wherever_it_is_damaged));
        for (var i = 0; i < 500; i++)
        {
            var altered = whole.ToArray();
            altered[random.Next(altered.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(SyncPlace.TryUnseal(altered, out _), Chance.Replay);
        }
    }

    [Fact]
    public void Bytes_by_chance_are_never_taken_and_never_break_it()
    {
        var random = Chance.For(nameof(Bytes_by_chance_are_never_taken_and_never_break_it));
        var whole = Some().Write();
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 20); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            // What passes is whole in every part that is used.
            if (SyncState.TryRead(bytes) is { } state) Assert.All(state.Memories.Values, memory => Assert.True(MemoryPath.TryParse(memory.Path, out _, out _), Chance.Replay));
        }
    }

    private static SyncState Some()
    {
        var state = new SyncState();
        state.Set(new SyncedMemory("mem_a", "/a", "memver_1", Sha("a"), 1) { File = new FileStatus(7, 8, 1, 10, 11) });
        state.Set(new SyncedMemory("mem_b", "/b", "memver_2", Sha("b"), 1) { IsKept = true });
        state.Puts.Add(new PendingPut(new AsideFile("/b", ".#memstores-0", new FileStatus(9, 0, 2, 3, 4)), new SyncedMemory("mem_b", "/b", "memver_3", Sha("bb"), 2), Sha("b")));
        return state;
    }

    private static string Sha(string content) => MemoryContent.Of(content).Digest.ToString();
}
