using MemoryStores.Fuse.Session;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Operations;

/// <summary>
/// All the kernel may ask, by number. What has no row here is answered ENOSYS, and the kernel then no longer asks, or does it by
/// itself: OPENDIR and RELEASEDIR (it caches listings), ACCESS (it checks modes by what GETATTR says), extended attributes,
/// locks (it keeps them), POLL, BMAP, STATX, COPY_FILE_RANGE (it reads and writes), SYNCFS, TMPFILE. It never sends these, since
/// nothing here leads to them: NOTIFY_REPLY, SETUPMAPPING, REMOVEMAPPING.
/// </summary>
internal static class OperationTable
{
    public static readonly Operation[] All =
    [
        new(Opcode.Init, "INIT", 16, Reply.Always, static (s, _, ref m, ref r) => s.Negotiate(ref m, ref r)),
        new(Opcode.Destroy, "DESTROY", 0, Reply.Always, static (_, _, ref _, ref _) => Errno.None),
        new(Opcode.Interrupt, "INTERRUPT", 8, Reply.Never, static (s, q, ref m, ref _) => s.Interrupt(q, m.Take<InterruptRequest>().Unique)),

        new(Opcode.Lookup, "LOOKUP", 0, Reply.Always, static (s, q, ref m, ref r) =>
            m.TryTakeName(out var name) ? s.Files.Lookup(q, name, ref r.Fixed<EntryReply>()) : Errno.EINVAL),
        new(Opcode.Forget, "FORGET", 8, Reply.Never, static (s, q, ref m, ref _) =>
        {
            s.Files.Forget(q.Node, m.Take<ForgetRequest>().Lookups);
            return Errno.None;
        }),
        new(Opcode.BatchForget, "BATCH_FORGET", 8, Reply.Never, static (s, _, ref m, ref _) => ForgetMany(s, ref m)),
        new(Opcode.GetAttr, "GETATTR", 16, Reply.Always, static (s, q, ref _, ref r) => s.Files.GetAttributes(q, ref r.Fixed<AttributesReply>())),
        new(Opcode.SetAttr, "SETATTR", 88, Reply.Always, static (s, q, ref m, ref r) =>
            s.Files.SetAttributes(q, m.Take<SetAttrRequest>(), ref r.Fixed<AttributesReply>())),
        new(Opcode.StatFs, "STATFS", 0, Reply.Always, static (s, q, ref _, ref r) => s.Files.StatFs(q, ref r.Fixed<StatFsReply>())),

        new(Opcode.ReadLink, "READLINK", 0, Reply.Always, static (s, q, ref _, ref r) => s.Files.ReadLink(q, out r.Data)),
        new(Opcode.SymLink, "SYMLINK", 0, Reply.Always, static (s, q, ref m, ref r) =>
            m.TryTakeName(out var name) && m.TryTakeName(out var target)
                ? s.Files.MakeSymbolicLink(q, name, target, ref r.Fixed<EntryReply>()) : Errno.EINVAL),
        new(Opcode.MkNod, "MKNOD", 16, Reply.Always, static (s, q, ref m, ref r) =>
        {
            ref readonly var kind = ref m.Take<MakeNodeRequest>();
            return m.TryTakeName(out var name) ? s.Files.MakeNode(q, kind, name, ref r.Fixed<EntryReply>()) : Errno.EINVAL;
        }),
        new(Opcode.MkDir, "MKDIR", 8, Reply.Always, static (s, q, ref m, ref r) =>
        {
            ref readonly var kind = ref m.Take<MakeDirectoryRequest>();
            return m.TryTakeName(out var name) ? s.Files.MakeDirectory(q, kind, name, ref r.Fixed<EntryReply>()) : Errno.EINVAL;
        }),
        new(Opcode.Link, "LINK", 8, Reply.Always, static (s, q, ref m, ref r) =>
        {
            var old = m.Take<LinkRequest>().OldNode;
            return m.TryTakeName(out var name) ? s.Files.Link(q, old, name, ref r.Fixed<EntryReply>()) : Errno.EINVAL;
        }),
        new(Opcode.Unlink, "UNLINK", 0, Reply.Always, static (s, q, ref m, ref _) =>
            m.TryTakeName(out var name) ? s.Files.Unlink(q, name) : Errno.EINVAL),
        new(Opcode.RmDir, "RMDIR", 0, Reply.Always, static (s, q, ref m, ref _) =>
            m.TryTakeName(out var name) ? s.Files.RemoveDirectory(q, name) : Errno.EINVAL),
        new(Opcode.Rename, "RENAME", 8, Reply.Always, static (s, q, ref m, ref _) =>
            Rename(s, q, m.Take<RenameRequest>().NewParent, RenameFlags.None, ref m)),
        new(Opcode.Rename2, "RENAME2", 16, Reply.Always, static (s, q, ref m, ref _) =>
        {
            ref readonly var target = ref m.Take<Rename2Request>();
            return Rename(s, q, target.NewParent, target.Flags, ref m);
        }),

        new(Opcode.Open, "OPEN", 8, Reply.Always, static (s, q, ref m, ref r) =>
            s.OpensInKernel ? Errno.ENOSYS : s.Files.Open(q, m.Take<OpenRequest>().Flags, ref r.Fixed<OpenReply>())),
        new(Opcode.Create, "CREATE", 16, Reply.Always, static (s, q, ref m, ref r) =>
        {
            ref readonly var kind = ref m.Take<CreateRequest>();
            return m.TryTakeName(out var name) ? s.Files.Create(q, kind, name, ref r.Fixed<CreateReply>()) : Errno.EINVAL;
        }),
        new(Opcode.Read, "READ", 40, Reply.Always, static (s, q, ref m, ref r) =>
        {
            ref readonly var part = ref m.Take<ReadRequest>();
            var error = s.Files.Read(q, part, out r.Data);
            r.CutTo(part.Size); // The kernel would take nothing of more than it asked for.
            return error;
        }),
        new(Opcode.Write, "WRITE", 40, Reply.Always, static (s, q, ref m, ref r) =>
        {
            ref readonly var part = ref m.Take<WriteRequest>();
            return m.TryTakeBytes(part.Size, out var data) ? s.Files.Write(q, part, data, ref r.Fixed<WriteReply>()) : Errno.EINVAL;
        }),
        new(Opcode.Flush, "FLUSH", 24, Reply.Always, static (s, q, ref m, ref _) =>
            s.OpensInKernel ? Errno.ENOSYS : s.Files.Flush(q, m.Take<FlushRequest>())),
        new(Opcode.Release, "RELEASE", 24, Reply.Always, static (s, q, ref m, ref _) =>
        {
            s.Files.Release(q, m.Take<ReleaseRequest>());
            return Errno.None;
        }),
        new(Opcode.FSync, "FSYNC", 16, Reply.Always, static (s, q, ref m, ref _) => s.Files.Sync(q, m.Take<SyncRequest>())),
        new(Opcode.FSyncDir, "FSYNCDIR", 16, Reply.Always, static (s, q, ref m, ref _) => s.Files.SyncDirectory(q, m.Take<SyncRequest>())),
        new(Opcode.FAllocate, "FALLOCATE", 32, Reply.Always, static (s, q, ref m, ref _) => s.Files.Allocate(q, m.Take<AllocateRequest>())),
        new(Opcode.LSeek, "LSEEK", 24, Reply.Always, static (s, q, ref m, ref r) => s.Files.Seek(q, m.Take<SeekRequest>(), ref r.Fixed<SeekReply>())),
        // A terminal is asked for by every Python that opens a file.
        new(Opcode.IoCtl, "IOCTL", 0, Reply.Always, static (_, _, ref _, ref _) => Errno.ENOTTY),

        new(Opcode.ReadDir, "READDIR", 40, Reply.Always, static (s, q, ref m, ref r) => ReadDirectory(s, q, m.Take<ReadRequest>(), ref r, plus: false)),
        new(Opcode.ReadDirPlus, "READDIRPLUS", 40, Reply.Always, static (s, q, ref m, ref r) => ReadDirectory(s, q, m.Take<ReadRequest>(), ref r, plus: true)),
    ];

    private static readonly Operation?[] ByNumber = Numbered();

    public static Operation? Find(Opcode code) => (uint)code < (uint)ByNumber.Length ? ByNumber[(int)code] : null;

    private static Operation?[] Numbered()
    {
        var rows = new Operation?[All.Max(row => (int)row.Code) + 1];
        foreach (var row in All) rows[(int)row.Code] = row;
        return rows;
    }

    private static Errno Rename(FuseSession session, Request request, ulong newParent, RenameFlags flags, ref MessageReader message) =>
        message.TryTakeName(out var oldName) && message.TryTakeName(out var newName)
            ? session.Files.Rename(request, oldName, newParent, newName, flags)
            : Errno.EINVAL;

    private static Errno ForgetMany(FuseSession session, ref MessageReader message)
    {
        var count = message.Take<BatchForgetRequest>().Count;
        for (; count > 0 && message.TryTake<ForgetOne>(out var one); count--) session.Files.Forget(one.Node, one.Lookups);
        return Errno.None;
    }

    private static Errno ReadDirectory(FuseSession session, Request request, in ReadRequest part, ref ReplyBody reply, bool plus)
    {
        var page = new DirectoryPage(reply.Room(part.Size), plus);
        var error = session.Files.ReadDirectory(request, part.Offset, ref page);
        reply.Length = page.Length;
        return error;
    }
}
