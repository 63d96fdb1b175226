using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;
using Xunit.Abstractions;

namespace MemoryStores.Tests.Mount;

/// <summary>The bytes of a file, against an array that does the same in the plainest way.</summary>
public sealed class MemoryNodeFacts(ITestOutputHelper output)
{
    private readonly MountTree tree = new(new Bounds { MemoryBytes = 5_000 }, new SteppedTime());

    [Fact]
    public void Writes_and_resizes_do_what_they_do_to_an_array_and_never_touch_what_was_handed_out()
    {
        var random = Chance.For(nameof(Writes_and_resizes_do_what_they_do_to_an_array_and_never_touch_what_was_handed_out));
        output.WriteLine(Chance.Replay);
        for (var game = 0; game < (Chance.IsSoak ? 5_000 : 200); game++)
        {
            var node = tree.NewMemory();
            tree.Attach(tree.Root, $"file-{game}", node);
            byte[] model = new byte[random.Next(3) == 0 ? 0 : random.Next(2_000)];
            random.NextBytes(model);
            var given = model.ToArray();
            node.SetContent(given);
            var handedOut = new List<(byte[] Shared, byte[] AsItWas)> { (given, given.ToArray()) };
            for (var step = 0; step < 60; step++)
            {
                switch (random.Next(5))
                {
                    case 0 or 1:
                        var bytes = new byte[random.Next(700)];
                        random.NextBytes(bytes);
                        var (offset, appends) = (random.Next(5_200), random.Next(4) == 0);
                        var part = new WriteRequest { Offset = (ulong)offset, Size = (uint)bytes.Length, Flags = appends ? OpenFlags.Append | OpenFlags.WriteOnly : OpenFlags.WriteOnly };
                        var end = (appends ? model.Length : offset) + bytes.Length;
                        Assert.Equal(end > 5_000 ? Errno.EFBIG : Errno.None, node.Write(part, bytes, out var at));
                        if (end > 5_000) break;
                        Assert.Equal(appends ? model.Length : offset, (int)at);
                        Array.Resize(ref model, Math.Max(model.Length, end));
                        bytes.CopyTo(model, (int)at);
                        break;
                    case 2:
                        var size = random.Next(5_100);
                        Assert.Equal(size > 5_000 ? Errno.EFBIG : Errno.None, node.Resize((ulong)size));
                        if (size <= 5_000) Array.Resize(ref model, size);
                        break;
                    case 3:
                        var snapshot = node.Snapshot();
                        Assert.Equal(model, snapshot);
                        handedOut.Add((snapshot, snapshot.ToArray()));
                        break;
                    default:
                        var (from, count) = (random.Next(5_500), random.Next(1, 3_000));
                        Assert.Equal(Errno.None, node.Read((ulong)from, (uint)count, out var data));
                        Assert.Equal(model.Skip(from).Take(count).ToArray(), data.ToArray());
                        break;
                }
                Assert.Equal(model, node.Content.ToArray());
                Assert.Equal(model.Length, node.Size);
            }
            foreach (var (shared, asItWas) in handedOut) Assert.Equal(asItWas, shared);
            Assert.Equal(model.Length, tree.Bytes);
            tree.Detach(node);
            Assert.Equal(0, tree.Bytes);
        }
    }

    [Fact]
    public void What_was_cut_off_is_zero_when_the_file_grows_again()
    {
        var node = tree.NewMemory();
        node.SetContent([]);
        Assert.Equal(Errno.None, node.Write(new WriteRequest { Flags = OpenFlags.WriteOnly }, "secret"u8, out _));
        Assert.Equal(Errno.None, node.Resize(2));
        Assert.Equal(Errno.None, node.Write(new WriteRequest { Offset = 5, Flags = OpenFlags.WriteOnly }, "x"u8, out _));
        Assert.Equal("se\0\0\0x"u8.ToArray(), node.Content.ToArray());
    }

    [Fact]
    public void Pages_of_a_mapping_go_where_they_lie_though_the_descriptor_appends()
    {
        var node = tree.NewMemory();
        node.SetContent("0123456789"u8.ToArray());
        var part = new WriteRequest { Offset = 2, Flags = OpenFlags.ReadWrite | OpenFlags.Append, WriteFlags = WriteRequest.FromCache };
        Assert.Equal(Errno.None, node.Write(part, "ab"u8, out var at));
        Assert.Equal(2UL, at);
        Assert.Equal("01ab456789"u8.ToArray(), node.Content.ToArray());
    }

    [Fact]
    public void Content_that_is_not_here_can_be_thrown_away_without_being_fetched()
    {
        var node = tree.NewMemory();
        tree.Attach(tree.Root, "absent", node);
        node.SetAbsent("memver_1", 700);
        Assert.Equal(700, tree.Bytes);
        Assert.Equal(Errno.None, node.Resize(0));
        Assert.True(node.IsLoaded);
        Assert.Equal(0, node.Size);
        Assert.Equal(0, tree.Bytes);
        Assert.Equal(0, tree.CachedBytes);
    }
}
