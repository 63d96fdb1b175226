using System.Buffers.Binary;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>What INIT comes to with kernels of any age.</summary>
public sealed class NegotiationFacts
{
    private const InitFlags Common =
        InitFlags.AsyncRead | InitFlags.BigWrites | InitFlags.ParallelDirectoryOperations | InitFlags.MaxPages | InitFlags.DoReadDirPlus
        | InitFlags.CacheSymlinks | InitFlags.NoOpenDirSupport | InitFlags.HandleKillPrivV2 | InitFlags.AsyncDirectIo
        | InitFlags.InitExt | InitFlags.HasExpireOnly;

    [Theory]
    [InlineData(31, 31)]
    [InlineData(36, 36)]
    [InlineData(45, 45)]
    [InlineData(46, 45)]
    [InlineData(99, 45)]
    public async Task The_older_of_both_is_spoken(uint kernels, uint spoken)
    {
        await using var kernel = new FakeKernel(new Recorder());
        var reply = kernel.Initialize(kernels);
        Assert.Equal((Errno.None, 64), (reply.Error, reply.Body.Length));
        Assert.Equal((7u, spoken), (Word(reply, 0), Word(reply, 4)));
        await kernel.Session.Initialized;
        Assert.Equal(spoken, kernel.Session.Agreed!.Minor);
    }

    [Theory]
    [InlineData(7, 30)]
    [InlineData(7, 1)]
    [InlineData(6, 99)]
    public async Task A_kernel_older_than_7_31_is_refused(uint major, uint minor)
    {
        await using var kernel = new FakeKernel(new Recorder());
        Assert.Equal(Errno.EPROTO, kernel.Initialize(minor, major: major).Error);
        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => kernel.Session.Initialized);
        Assert.Contains("older than 7.31", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_of_the_next_major_is_told_ours_and_asks_again()
    {
        await using var kernel = new FakeKernel(new Recorder());
        var first = kernel.Initialize(0, major: 8);
        Assert.Equal((Errno.None, 7u), (first.Error, Word(first, 0)));
        Assert.False(kernel.Session.Initialized.IsCompleted);

        Assert.Equal(Errno.None, kernel.Initialize(45).Error);
        await kernel.Session.Initialized;
    }

    [Fact]
    public async Task A_kernel_that_offers_everything_is_asked_for_what_was_measured_and_no_more()
    {
        Assert.Equal(Common | InitFlags.AtomicOpenTruncate, await FlagsAsync(new SessionOptions()));
        // Truncation by the open and opening by itself do not go together: the kernel would leave the old size.
        Assert.Equal(Common | InitFlags.NoOpenSupport, await FlagsAsync(new SessionOptions { ReadOnly = true }));
    }

    [Fact]
    public async Task Nothing_is_asked_for_that_was_not_offered()
    {
        Assert.Equal(InitFlags.None, await FlagsAsync(new SessionOptions(), flags: 0));
        Assert.Equal(InitFlags.BigWrites, await FlagsAsync(new SessionOptions(), flags: (uint)InitFlags.BigWrites));
        // Without INIT_EXT what stands in the place of flags2 means nothing.
        Assert.Equal(Common & ~(InitFlags.InitExt | InitFlags.HasExpireOnly) | InitFlags.AtomicOpenTruncate,
            await FlagsAsync(new SessionOptions(), flags: ~(uint)InitFlags.InitExt));
    }

    [Fact]
    public async Task Before_7_36_there_is_no_second_word_of_flags()
    {
        await using var kernel = new FakeKernel(new Recorder());
        var reply = kernel.Ask(Opcode.Init, Bytes.Of("07000000 1f000000 00000200 ffffffff"));
        Assert.Equal((Errno.None, 64, 0u), (reply.Error, reply.Body.Length, Word(reply, 32)));
    }

    [Fact]
    public async Task Sizes_and_counts_are_those_of_the_options()
    {
        await using var kernel = new FakeKernel(new Recorder(), new SessionOptions { MaxWrite = 64 * 1024, MaxBackground = 40 });
        var reply = kernel.Initialize();
        Assert.Equal(131_072u, Word(reply, 8)); // read ahead as far as the kernel likes
        Assert.Equal((40, 30), (Half(reply, 16), Half(reply, 18)));
        Assert.Equal((64u * 1024, 1u, 16), (Word(reply, 20), Word(reply, 24), Half(reply, 28)));
        Assert.All(reply.Body[36..], unused => Assert.Equal(0, unused));
    }

    private static async Task<InitFlags> FlagsAsync(SessionOptions options, uint flags = uint.MaxValue)
    {
        await using var kernel = new FakeKernel(new Recorder(), options);
        var reply = kernel.Initialize(flags: flags);
        return (InitFlags)(Word(reply, 12) | ((ulong)Word(reply, 32) << 32));
    }

    private static uint Word(KernelReply reply, int at) => BinaryPrimitives.ReadUInt32LittleEndian(reply.Body.AsSpan(at));

    private static ushort Half(KernelReply reply, int at) => BinaryPrimitives.ReadUInt16LittleEndian(reply.Body.AsSpan(at));
}
