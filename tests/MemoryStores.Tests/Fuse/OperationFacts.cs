using MemoryStores.Fuse;
using MemoryStores.Fuse.Operations;
using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>Each operation, from the bytes the kernel sends to the bytes it gets.</summary>
public sealed class OperationFacts
{
    private const ulong Node = 0x2222;

    [Fact]
    public void There_is_an_example_of_every_row() =>
        Assert.Equal(
            OperationTable.All.Select(row => row.Code).Except([Opcode.Init, Opcode.Interrupt, Opcode.IoCtl]).Order(), // they have facts of their own
            Example.All.Select(example => example.Opcode).Order());

    [Fact]
    public async Task Each_request_arrives_field_by_field_and_so_does_each_answer()
    {
        foreach (var example in Example.All)
        {
            var files = new Recorder();
            await using var kernel = new FakeKernel(files);
            kernel.Send(example.Opcode, Bytes.Of(example.Request), Node);
            if (example.Reply is not null)
            {
                var reply = kernel.Receive();
                Assert.Equal((example.Opcode, Errno.None, Bytes.Hex(Bytes.Of(example.Reply))), (example.Opcode, reply.Error, reply.Hex));
            }
            kernel.Leave();
            await kernel.EndedAsync();
            Assert.Equal([.. example.Call?.Split(';') ?? [], "unmounted"], files.Calls);
        }
    }

    [Fact]
    public async Task An_extension_behind_a_name_is_not_taken_for_the_name()
    {
        // A mount with FUSE_SECURITY_CTX or FUSE_CREATE_SUPP_GROUP would send such.
        foreach (var example in Example.All.Where(example => example.Request.Contains('\0', StringComparison.Ordinal)))
        {
            var files = new Recorder();
            await using var kernel = new FakeKernel(files);
            var reply = kernel.Ask(example.Opcode, [.. Bytes.Of(example.Request), .. "extension\0more"u8], Node);
            Assert.Equal(Bytes.Hex(Bytes.Of(example.Reply!)), reply.Hex);
            Assert.Equal(example.Call, files.Calls.First());
        }
    }

    [Fact]
    public async Task A_request_cut_short_anywhere_is_answered_EINVAL_and_reaches_nobody()
    {
        var files = new Recorder();
        await using var kernel = new FakeKernel(files, new SessionOptions { Workers = 1 });
        foreach (var example in Example.All.Where(example => example.Request.Length > 0))
        {
            var whole = Bytes.Of(example.Request);
            for (var length = 0; length < whole.Length; length++)
            {
                if (example.Reply is null) kernel.Send(example.Opcode, whole.AsSpan(0, length), Node);
                else Assert.Equal((example.Opcode, length, Errno.EINVAL), (example.Opcode, length, kernel.Ask(example.Opcode, whole.AsSpan(0, length), Node).Error));
            }
        }
        // Of a batch that says two and holds one, the one is forgotten.
        _ = kernel.Ask(Opcode.GetAttr, Bytes.Of("00000000 00000000 0000000000000000"), Node);
        Assert.All(files.Calls.SkipLast(1), call => Assert.Equal("7 forget 3", call));
        Assert.Empty(files.Faults);
    }

    [Fact]
    public async Task A_header_that_lies_about_the_length_is_answered_EINVAL()
    {
        var files = new Recorder();
        await using var kernel = new FakeKernel(files);
        var message = new byte[FakeKernel.HeaderBytes + 16];
        message[0] = 0xff;
        message[4] = (byte)Opcode.GetAttr;
        message[8] = 2;
        kernel.SendRaw(message);
        Assert.Equal(Errno.EINVAL, kernel.Receive().Error);
        Assert.Empty(files.Calls);
    }

    [Fact]
    public async Task An_empty_name_is_answered_EINVAL()
    {
        await using var kernel = new FakeKernel(new Recorder());
        Assert.Equal(Errno.EINVAL, kernel.Ask(Opcode.Lookup, "\0"u8).Error);
        Assert.Equal(Errno.EINVAL, kernel.Ask(Opcode.SymLink, "name\0\0"u8).Error);
    }

    [Fact]
    public async Task What_has_no_row_is_answered_ENOSYS_known_or_not()
    {
        await using var kernel = new FakeKernel(new Recorder());
        foreach (var opcode in Enumerable.Range(0, 300).Append(4_096).Append(int.MaxValue).Append(-1).Select(number => (Opcode)number))
        {
            if (OperationTable.Find(opcode) is null) Assert.Equal((opcode, Errno.ENOSYS), (opcode, kernel.Ask(opcode, new byte[64]).Error));
        }
    }

    [Fact]
    public async Task Whether_a_file_is_a_terminal_is_answered_no()
    {
        await using var kernel = new FakeKernel(new Recorder());
        Assert.Equal(Errno.ENOTTY, kernel.Ask(Opcode.IoCtl, new byte[32]).Error);
    }

    [Fact]
    public async Task On_a_read_only_mount_the_kernel_is_told_to_open_and_close_by_itself()
    {
        var files = new Recorder();
        await using var kernel = new FakeKernel(files, new SessionOptions { ReadOnly = true });
        Assert.Equal(Errno.ENOSYS, kernel.Ask(Opcode.Open, new byte[8]).Error);
        Assert.Equal(Errno.ENOSYS, kernel.Ask(Opcode.Flush, new byte[24]).Error);
        Assert.Empty(files.Calls);
    }

    [Fact]
    public async Task A_reader_gets_no_more_than_was_asked_for()
    {
        await using var kernel = new FakeKernel(new Recorder());
        var body = new byte[40];
        body[16] = 3; // of the four bytes that the file system hands out
        Assert.Equal("dat"u8.ToArray(), kernel.Ask(Opcode.Read, body).Body);
    }

    [Fact]
    public async Task An_error_carries_no_body_whatever_was_written_into_it()
    {
        await using var kernel = new FakeKernel(new Refusing(Errno.EACCES));
        var reply = kernel.Ask(Opcode.GetAttr, new byte[16]);
        Assert.Equal((Errno.EACCES, 0), (reply.Error, reply.Body.Length));
    }

    [Theory]
    [InlineData((Errno)512)] // the kernel's own, from here on
    [InlineData((Errno)100_000)]
    [InlineData((Errno)(-5))]
    [InlineData(Errno.Parked)] // without having parked it
    public async Task An_answer_the_kernel_would_ignore_becomes_EIO_since_somebody_waits(Errno answer)
    {
        var files = new Refusing(answer);
        await using var kernel = new FakeKernel(files);
        Assert.Equal(Errno.EIO, kernel.Ask(Opcode.GetAttr, new byte[16]).Error);
        Assert.NotNull(files.Complaint);
    }

    [Fact]
    public async Task A_file_system_that_overrides_nothing_answers_everything()
    {
        await using var kernel = new FakeKernel(new Nothing());
        foreach (var example in Example.All.Where(example => example.Reply is not null))
            Assert.Contains(kernel.Ask(example.Opcode, Bytes.Of(example.Request)).Error, (Errno[])[Errno.None, Errno.ENOSYS, Errno.EPERM, Errno.EINVAL, Errno.EOPNOTSUPP]);
    }

    private sealed class Nothing : FileSystem;

    private sealed class Refusing(Errno answer) : FileSystem
    {
        public string? Complaint { get; private set; }

        public override Errno GetAttributes(Request request, ref AttributesReply reply)
        {
            reply.ValidSeconds = 7;
            return answer;
        }

        public override void Fault(string operation, Exception exception) => Complaint = exception.Message;
    }
}
