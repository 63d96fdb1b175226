using System.Runtime.CompilerServices;
using MemoryStores.Fuse.Operations;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Tests.Fuse;

/// <summary>The numbers are sizeof over the structures of linux/fuse.h, as a C compiler counts them.</summary>
public sealed class WireSizeFacts
{
    [Fact]
    public void Every_message_is_as_long_as_the_kernels()
    {
        Assert.Equal(
        [
            ("fuse_in_header", 40), ("fuse_out_header", 16), ("fuse_init_out", 64), ("fuse_entry_out", 128), ("fuse_attr", 88), ("fuse_attr_out", 104),
            ("fuse_getattr_in", 16), ("fuse_setattr_in", 88), ("fuse_statfs_out", 80), ("fuse_mknod_in", 16), ("fuse_mkdir_in", 8), ("fuse_rename_in", 8),
            ("fuse_rename2_in", 16), ("fuse_link_in", 8), ("fuse_open_in", 8), ("fuse_open_out", 16), ("fuse_create_in", 16), ("fuse_release_in", 24),
            ("fuse_flush_in", 24), ("fuse_read_in", 40), ("fuse_write_in", 40), ("fuse_write_out", 8), ("fuse_fsync_in", 16), ("fuse_fallocate_in", 32),
            ("fuse_lseek_in", 24), ("fuse_lseek_out", 8), ("fuse_interrupt_in", 8), ("fuse_forget_in", 8), ("fuse_batch_forget_in", 8), ("fuse_forget_one", 16),
            ("fuse_notify_inval_inode_out", 24), ("fuse_notify_inval_entry_out", 16), ("fuse_notify_delete_out", 24),
        ],
        (IEnumerable<(string, int)>)
        [
            ("fuse_in_header", Unsafe.SizeOf<RequestHeader>()), ("fuse_out_header", Unsafe.SizeOf<ReplyHeader>()), ("fuse_init_out", Unsafe.SizeOf<InitReply>()),
            ("fuse_entry_out", Unsafe.SizeOf<EntryReply>()), ("fuse_attr", Unsafe.SizeOf<Attributes>()), ("fuse_attr_out", Unsafe.SizeOf<AttributesReply>()),
            ("fuse_getattr_in", Unsafe.SizeOf<GetAttrRequest>()), ("fuse_setattr_in", Unsafe.SizeOf<SetAttrRequest>()), ("fuse_statfs_out", Unsafe.SizeOf<StatFsReply>()),
            ("fuse_mknod_in", Unsafe.SizeOf<MakeNodeRequest>()), ("fuse_mkdir_in", Unsafe.SizeOf<MakeDirectoryRequest>()), ("fuse_rename_in", Unsafe.SizeOf<RenameRequest>()),
            ("fuse_rename2_in", Unsafe.SizeOf<Rename2Request>()), ("fuse_link_in", Unsafe.SizeOf<LinkRequest>()), ("fuse_open_in", Unsafe.SizeOf<OpenRequest>()),
            ("fuse_open_out", Unsafe.SizeOf<OpenReply>()), ("fuse_create_in", Unsafe.SizeOf<CreateRequest>()), ("fuse_release_in", Unsafe.SizeOf<ReleaseRequest>()),
            ("fuse_flush_in", Unsafe.SizeOf<FlushRequest>()), ("fuse_read_in", Unsafe.SizeOf<ReadRequest>()), ("fuse_write_in", Unsafe.SizeOf<WriteRequest>()),
            ("fuse_write_out", Unsafe.SizeOf<WriteReply>()), ("fuse_fsync_in", Unsafe.SizeOf<SyncRequest>()), ("fuse_fallocate_in", Unsafe.SizeOf<AllocateRequest>()),
            ("fuse_lseek_in", Unsafe.SizeOf<SeekRequest>()), ("fuse_lseek_out", Unsafe.SizeOf<SeekReply>()), ("fuse_interrupt_in", Unsafe.SizeOf<InterruptRequest>()),
            ("fuse_forget_in", Unsafe.SizeOf<ForgetRequest>()), ("fuse_batch_forget_in", Unsafe.SizeOf<BatchForgetRequest>()), ("fuse_forget_one", Unsafe.SizeOf<ForgetOne>()),
            ("fuse_notify_inval_inode_out", Unsafe.SizeOf<InvalidateInodeNotification>()), ("fuse_notify_inval_entry_out", Unsafe.SizeOf<InvalidateEntryNotification>()),
            ("fuse_notify_delete_out", Unsafe.SizeOf<DeleteNotification>()),
        ]);
    }

    [Fact]
    public void Every_opcode_has_a_row_or_is_left_to_ENOSYS_on_purpose()
    {
        // The list in the comment of OperationTable.
        Opcode[] left =
        [
            Opcode.OpenDir, Opcode.ReleaseDir, Opcode.Access, Opcode.SetXAttr, Opcode.GetXAttr, Opcode.ListXAttr, Opcode.RemoveXAttr,
            Opcode.GetLk, Opcode.SetLk, Opcode.SetLkW, Opcode.Poll, Opcode.BMap, Opcode.StatX, Opcode.CopyFileRange, Opcode.SyncFs, Opcode.TmpFile,
            Opcode.NotifyReply, Opcode.SetupMapping, Opcode.RemoveMapping,
        ];

        Assert.Equal(Enum.GetValues<Opcode>().Order(), OperationTable.All.Select(row => row.Code).Concat(left).Order());
    }
}
