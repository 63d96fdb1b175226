using System.Buffers.Binary;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>Serving costs no garbage: what a session's thread has allocated is asked on that thread, by the file system it calls.</summary>
public sealed class AllocationFacts
{
    private const int WarmUp = 1_000;

    [Theory]
    [InlineData(Opcode.GetAttr, 16, 300_000)]
    [InlineData(Opcode.Read, 40, 100_000)]
    public async Task A_session_serves_that_many_without_allocating(Opcode opcode, int bodyBytes, int count)
    {
        var files = new Counting(WarmUp, WarmUp + count);
        await using var kernel = new FakeKernel(files, new SessionOptions { Workers = 1 });
        var message = new byte[FakeKernel.HeaderBytes + bodyBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), (uint)opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(FakeKernel.HeaderBytes + (opcode == Opcode.Read ? 16 : 0)), 4_096);
        for (var i = 0; i < WarmUp + count + 1; i++) Assert.True(kernel.Exchange(message) > 100);

        Assert.Equal(0, files.Allocated);
    }

    private sealed class Counting(int from, int to) : FileSystem
    {
        private readonly byte[] content = new byte[2_048];
        private int asked;
        private long before;

        public long Allocated { get; private set; } = -1;

        public override Errno GetAttributes(Request request, ref AttributesReply reply)
        {
            Count();
            reply.Attributes.Size = (ulong)content.Length;
            return Errno.None;
        }

        public override Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data)
        {
            Count();
            data = content;
            return Errno.None;
        }

        private void Count()
        {
            asked++;
            if (asked == from) before = GC.GetAllocatedBytesForCurrentThread();
            if (asked == to) Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
