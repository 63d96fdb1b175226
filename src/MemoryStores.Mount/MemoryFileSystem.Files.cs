using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Local;
using MemoryStores.Mount.Saving;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Mount;

internal sealed partial class MemoryFileSystem
{
    private const uint KeepSize = 1; // FALLOC_FL_KEEP_SIZE

    public override Errno Create(Request request, in CreateRequest kind, ReadOnlySpan<byte> name, ref CreateReply reply)
    {
        lock (tree.Gate)
        {
            if (NewFile(request, name, kind.Mode, out var file) is not Errno.None and var flaw)
            {
                // Made elsewhere a moment ago: told that it is out of date, the kernel looks again and opens what is there.
                return flaw == Errno.EEXIST && (kind.Flags & OpenFlags.Exclusive) == 0 ? Errno.ESTALE : flaw;
            }
            file!.Opened(kind.Flags);
            if (file is MemoryNode memory) saves.Written(memory);
            Give(file, ref reply.Entry);
            reply.Open.Flags = OpenReplyFlags.KeepCache;
            return Sealed();
        }
    }

    public override Errno Open(Request request, OpenFlags flags, ref OpenReply reply)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<FileNode>(request.Node, out var file) || file is MemoryNode { IsGone: true }) return Errno.ESTALE;
            if (file is MemoryNode memory && flags.Writes())
            {
                if (Refusal() is not Errno.None and var refused) return refused;
                if (MustWait(memory, flags))
                {
                    OpenLater(memory, flags, request);
                    return Errno.Parked;
                }
            }
            if ((flags & OpenFlags.Truncate) != 0 && !journal.HasRoom(file.Size)) return Errno.ENOSPC;
            reply = OpenNow(file, flags);
            return Sealed();
        }
    }

    public override Errno Read(Request request, in ReadRequest part, out ReadOnlySpan<byte> data)
    {
        data = default;
        lock (tree.Gate)
        {
            if (!tree.TryFind<FileNode>(request.Node, out var file)) return Errno.ESTALE;
            if (file is not MemoryNode { IsLoaded: false } absent) return file.Read(part.Offset, part.Size, out data);
            var parked = request.Park();
            var (offset, size) = (part.Offset, part.Size);
            loader.WhenLoaded(absent, error =>
            {
                if (error == Errno.None && absent.Read(offset, size, out var late) == Errno.None) parked.Data(late);
                else parked.Fail(error);
            });
            return Errno.Parked;
        }
    }

    public override Errno Write(Request request, in WriteRequest part, ReadOnlySpan<byte> data, ref WriteReply reply)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<FileNode>(request.Node, out var file)) return Errno.ESTALE;
            if (!journal.HasRoom(file.Size + data.Length)) return Errno.ENOSPC;
            if (file.Write(part, data, out var at) is not Errno.None and var flaw)
            {
                // What is not whole is no version, however it is closed.
                if (file is MemoryNode torn) saves.Tear(torn, flaw);
                return flaw;
            }
            if (file is MemoryNode memory)
            {
                saves.Written(memory);
                journal.Written(memory, at, data);
                // The kernel put the bytes where it thought the end was.
                if (at != part.Offset) tree.Kernel?.InvalidateNode(memory.Id);
            }
            reply.Size = (uint)data.Length;
            return Sealed();
        }
    }

    public override Errno SetAttributes(Request request, in SetAttrRequest change, ref AttributesReply reply)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<Node>(request.Node, out var node)) return Errno.ESTALE;
            if ((change.Valid & SetAttrFields.Size) != 0)
            {
                if (node is not FileNode file) return Errno.EISDIR;
                if (file is MemoryNode { IsGone: true }) return Errno.ESTALE;
                if (file is MemoryNode { IsLoaded: false } absent && change.Size > 0)
                {
                    SetAttributesLater(absent, change, request.Park());
                    return Errno.Parked;
                }
                if (Resize(file, change.Size) is not Errno.None and var flaw) return flaw;
            }
            Change(node, change);
            Fill(node, ref reply);
            return Sealed();
        }
    }

    public override Errno Allocate(Request request, in AllocateRequest range)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<FileNode>(request.Node, out var file)) return Errno.ESTALE;
            if ((range.Mode & ~KeepSize) != 0) return Errno.EOPNOTSUPP;
            var end = range.Offset + range.Length;
            if (end < range.Offset || (file is MemoryNode && end > (ulong)tree.Bounds.MemoryBytes)) return Errno.EFBIG;
            return (range.Mode & KeepSize) != 0 || end <= (ulong)file.Size ? Errno.None : Resize(file, end) is not Errno.None and var flaw ? flaw : Sealed();
        }
    }

    public override Errno Flush(Request request, in FlushRequest closing)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<MemoryNode>(request.Node, out var memory) || !memory.IsDirty) return Errno.None;
            memory.ClosedSinceWrite = true;
            journal.Marked(memory);
            // The last moment at which whoever wrote it can be told.
            if (memory.IsAttached && !Names.IsScratch(memory.Name) && !Text.IsWholeOrCutOff(memory.Content)) return journal.TrySeal() ? Errno.EILSEQ : Errno.EIO;
            // A shell closes a copy before it writes: that is not worth a version.
            return isSync && memory.IsAttached && memory.LastChange == LastChange.Content ? SaveAndWait(memory, request) : Sealed();
        }
    }

    public override void Release(Request request, in ReleaseRequest closing)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<FileNode>(request.Node, out var file)) return;
            Closed(file, closing.Flags);
            journal.TrySeal();
        }
    }

    private void Closed(FileNode file, OpenFlags flags)
    {
        file.Closed(flags);
        if (file is LocalNode local && !local.IsOpen) local.Drop();
        if (file is MemoryNode memory && !memory.IsOpenForWriting)
        {
            if (flags.Writes()) Finished(memory);
            if (memory is { IsDirty: false, Memory: { IsStale: true, Pending: 0, Id: { } id } }) follower.Want(id);
            arrivals.DropIfGone(memory);
            ShowHidden();
        }
        tree.FreeIfUnused(file);
    }

    /// <summary>Its last writer is gone, or there was none.</summary>
    private void Finished(MemoryNode memory)
    {
        journal.Closed(memory);
        saves.Closed(memory);
    }

    public override Errno Sync(Request request, in SyncRequest sync)
    {
        LocalNode? kept;
        lock (tree.Gate)
        {
            if (!tree.TryFind<FileNode>(request.Node, out var file)) return Errno.ESTALE;
            kept = file as LocalNode;
            if (file is MemoryNode memory) return memory.IsAttached ? SaveAndWait(memory, request) : Errno.None;
        }
        kept?.Sync();
        return Errno.None;
    }

    private Errno SaveAndWait(MemoryNode memory, Request request)
    {
        // Half of somebody's save is no version, but safe.
        if (memory.Memory is null && Names.IsScratch(memory.Name)) return SyncJournal(request);
        if (Refusal() is not Errno.None and var refused) return refused;
        if (saves.Save(memory) is not Errno.None and var flaw) return flaw;
        if (memory.Draft is not null) return Errno.EIO;
        if (!journal.TrySeal()) return Errno.EIO;
        return memory.Memory?.Last is { } last ? AnswerWhenDone(last, request) : Errno.None;
    }

    private Errno SyncJournal(Request request)
    {
        var parked = request.Park();
        _ = Task.Run(() =>
        {
            if (journal.TrySync(tree.Gate)) parked.Done();
            else parked.Fail(Errno.EIO);
        });
        return Errno.Parked;
    }

    public override Errno SyncDirectory(Request request, in SyncRequest sync)
    {
        lock (tree.Gate)
        {
            if (!tree.TryFind<DirectoryNode>(request.Node, out var directory)) return Errno.ESTALE;
            return directory.IsLocal || queue.Last is not { } last ? Errno.None : AnswerWhenDone(last, request);
        }
    }

    private Errno AnswerWhenDone(PendingChange change, Request request)
    {
        var parked = request.Park();
        change.WhenDone(error =>
        {
            if (error == Errno.None) parked.Done();
            else parked.Fail(error);
        });
        queue.Hurry();
        agenda.In(Bounds.ServerPatience, () => parked.Fail(Errno.EIO));
        return Errno.Parked;
    }

    private Errno NewFile(Request request, ReadOnlySpan<byte> name, uint mode, out FileNode? file)
    {
        file = null;
        if (NewName(request, name, out var parent, out var text) is not Errno.None and var flaw) return flaw;
        var kind = Names.KindOf(parent, text);
        if (Names.Check(parent, text, kind) is not Errno.None and var bad) return bad;
        if (kind == NameKind.Local)
        {
            file = local.Create(parent, text, mode & 0xFFF);
            return Errno.None;
        }
        if (Refusal() is not Errno.None and var refused) return refused;
        if (!journal.HasRoom(0)) return Errno.ENOSPC;
        if (tree.MemoryCount >= tree.Bounds.MemoriesPerStore) return Errno.EDQUOT;
        var memory = tree.NewMemory();
        memory.SetContent([]);
        memory.Mode = Attributes.RegularFile | (mode & 0xFFF);
        memory.IsDirty = true;
        memory.WrittenAt = tree.Now;
        if (places.Take(parent, text) is { } continued) (memory.Memory, continued.Node) = (continued, memory);
        tree.Attach(parent, text, memory);
        journal.Created(memory);
        file = memory;
        return Errno.None;
    }

    /// <summary>Content must be here before a part of it is written, and the kernel's old pages gone before anything is.</summary>
    private static bool MustWait(MemoryNode memory, OpenFlags flags) =>
        (!memory.IsLoaded && (flags & OpenFlags.Truncate) == 0) || memory.Invalidations > 0;

    private void OpenLater(MemoryNode memory, OpenFlags flags, Request request)
    {
        var isOpen = false;
        var parked = request.Park(interrupted: () =>
        {
            // Answered EINTR in the moment in which it was opened: nobody will ever close that.
            lock (tree.Gate) if (isOpen) Closed(memory, flags);
        });
        OpenWhenLoaded();

        void OpenWhenLoaded() => loader.WhenLoaded(memory, error =>
        {
            if (parked.IsAnswered) return;
            if (error == Errno.None && memory.IsGone) error = Errno.ESTALE;
            if (error != Errno.None) parked.Fail(error);
            else if (MustWait(memory, flags)) OpenWhenLoaded();
            else
            {
                var reply = OpenNow(memory, flags);
                isOpen = true;
                if (Sealed() is not Errno.None and var flaw) parked.Fail(flaw);
                else parked.Reply(reply);
            }
        });
    }

    private OpenReply OpenNow(FileNode file, OpenFlags flags)
    {
        if (flags.Writes() && (flags & OpenFlags.Truncate) == 0 && file is MemoryNode { Draft: null } closed) saves.Reopened(closed);
        file.Opened(flags);
        if ((flags & OpenFlags.Truncate) != 0 && flags.Writes())
        {
            // Closed by its writer, and only its end not yet told: that was a save, and the next one begins.
            if (file is MemoryNode { IsDirty: true, ClosedSinceWrite: true } finished) saves.Superseded(finished);
            if (file.Size > 0 || file is MemoryNode { IsLoaded: false }) file.Resize(0);
            if (file is MemoryNode memory)
            {
                memory.Torn = Errno.None;
                saves.Written(memory);
                if (memory.IsDirty) journal.Resized(memory, LastChange.Truncation);
            }
        }
        return new OpenReply { Flags = OpenReplyFlags.KeepCache | (flags.Writes() ? OpenReplyFlags.None : OpenReplyFlags.NoFlush) };
    }

    private void SetAttributesLater(MemoryNode absent, SetAttrRequest change, ParkedRequest parked) =>
        loader.WhenLoaded(absent, error =>
        {
            if (parked.IsAnswered) return;
            if (error == Errno.None) error = absent.IsGone ? Errno.ESTALE : Resize(absent, change.Size);
            if (error != Errno.None)
            {
                parked.Fail(error);
                return;
            }
            Change(absent, change);
            var reply = new AttributesReply();
            Fill(absent, ref reply);
            if (Sealed() is not Errno.None and var unsealed) parked.Fail(unsealed);
            else parked.Reply(reply);
        });

    private Errno Resize(FileNode file, ulong size)
    {
        if (file is not MemoryNode memory) return file.Resize(size);
        if (Refusal() is not Errno.None and var refused) return refused;
        if (!journal.HasRoom((long)size + memory.Size)) return Errno.ENOSPC;
        if (size == 0 && memory is { IsDirty: true, ClosedSinceWrite: true }) saves.Superseded(memory);
        if (memory.Resize(size) is not Errno.None and var flaw) return flaw;
        saves.Written(memory);
        journal.Resized(memory, LastChange.Content);
        if (!memory.IsOpenForWriting) Finished(memory);
        return Errno.None;
    }

    private void Change(Node node, in SetAttrRequest change)
    {
        if ((change.Valid & SetAttrFields.Mode) != 0)
        {
            node.Mode = (node.Mode & Attributes.KindMask) | (change.Mode & 0xFFF);
            if (node is LocalNode { IsAttached: true } file) file.SetMode(local.PlaceOf(file), change.Mode);
        }
        if ((change.Valid & SetAttrFields.User) != 0) node.User = change.User;
        if ((change.Valid & SetAttrFields.Group) != 0) node.Group = change.Group;
        if ((change.Valid & (SetAttrFields.ModifyTime | SetAttrFields.ModifyTimeNow)) != 0 && node is MemoryNode { Size: 0 } touched) journal.Marked(touched);
        if ((change.Valid & SetAttrFields.ModifyTimeNow) != 0) node.Modified = tree.Now;
        else if ((change.Valid & SetAttrFields.ModifyTime) != 0) node.Modified = (long)change.ModifySeconds * 1_000_000_000 + change.ModifyNanoseconds;
        node.Changed = tree.Now;
    }
}
