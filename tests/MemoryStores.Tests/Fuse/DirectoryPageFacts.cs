using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>Pages of a listing: how entries are laid out, and where one page ends and the next begins.</summary>
public sealed class DirectoryPageFacts
{
    [Theory]
    [InlineData(false, 0, 24)]
    [InlineData(true, 128, 152)]
    public async Task An_entry_is_padded_to_eight_bytes_and_the_padding_is_zero(bool plus, int lead, int fixedBytes)
    {
        for (var length = 1; length <= 255; length++)
        {
            await using var kernel = new FakeKernel(new Listing(new string('n', length)));
            var page = Ask(kernel, cookie: 0, size: 4_096, plus);
            Assert.Equal((fixedBytes + length + 7) / 8 * 8, page.Length);
            Assert.Equal(length, BitConverter.ToInt32(page, lead + 16));
            Assert.All(page[(fixedBytes + length)..], padding => Assert.Equal(0, padding));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_of_any_size_hold_whole_entries_and_together_all_of_them(bool plus)
    {
        var names = Enumerable.Range(0, 200).Select(i => new string('x', (i % 40) + 1) + i).ToArray();
        await using var kernel = new FakeKernel(new Listing(names), new SessionOptions { Workers = 1 });
        foreach (var size in (uint[])[216, 1_000, 4_096, 131_072, 1_000_000])
        {
            var found = new List<string>();
            for (ulong cookie = 0; ;)
            {
                var page = Ask(kernel, cookie, size, plus);
                if (page.Length == 0) break;
                Assert.InRange((uint)page.Length, 1u, size);
                for (var at = 0; at < page.Length;)
                {
                    var dirent = at + (plus ? 128 : 0);
                    cookie = BitConverter.ToUInt64(page, dirent + 8);
                    var length = BitConverter.ToInt32(page, dirent + 16);
                    found.Add(Encoding.UTF8.GetString(page, dirent + 24, length));
                    at = (dirent + 24 + length + 7) / 8 * 8;
                }
            }
            Assert.Equal(names, found);
        }
    }

    [Fact]
    public async Task A_page_too_small_for_one_entry_is_empty()
    {
        await using var kernel = new FakeKernel(new Listing("a"));
        Assert.Empty(Ask(kernel, cookie: 0, size: 31, plus: false));
        Assert.Equal(32, Ask(kernel, cookie: 0, size: 32, plus: false).Length);
        Assert.Empty(Ask(kernel, cookie: 0, size: 159, plus: true));
        Assert.Empty(Ask(kernel, cookie: 0, size: 0, plus: true));
    }

    private static byte[] Ask(FakeKernel kernel, ulong cookie, uint size, bool plus)
    {
        var body = new byte[40];
        BitConverter.TryWriteBytes(body.AsSpan(8), cookie);
        BitConverter.TryWriteBytes(body.AsSpan(16), size);
        var reply = kernel.Ask(plus ? Opcode.ReadDirPlus : Opcode.ReadDir, body);
        Assert.Equal(Errno.None, reply.Error);
        return reply.Body;
    }

    private sealed class Listing(params string[] names) : FileSystem
    {
        public override Errno ReadDirectory(Request request, ulong cookie, ref DirectoryPage page)
        {
            while (cookie < (ulong)names.Length && page.TryAdd(Encoding.UTF8.GetBytes(names[cookie]), cookie + 1, new EntryReply())) cookie++;
            return Errno.None;
        }
    }
}
