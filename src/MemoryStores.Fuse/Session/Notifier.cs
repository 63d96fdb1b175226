using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>
/// Tells the kernel what changed behind its back, from a thread that does nothing else: the kernel takes locks for a
/// notification that a request under way may hold, and a thread that answers requests would wait for itself. Notifications go
/// out in the order they came, but for those of a node whose READ is parked: they follow its answer. That a kernel does not
/// know the node or the name (ENOENT) is the normal case of an empty cache.
/// </summary>
public sealed class Notifier : IDisposable
{
    private const int StackBytes = 1024 * 1024;
    private readonly FuseSession session;
    private volatile bool silent;
    private readonly BlockingCollection<Notification> waiting = new(new ConcurrentQueue<Notification>());

    internal Notifier(FuseSession session)
    {
        this.session = session;
        new Thread(Run, StackBytes) { IsBackground = true, Name = "fuse notifier" }.Start();
    }

    /// <summary>How many notifications the kernel has not taken yet.</summary>
    public int Waiting => waiting.Count;

    /// <summary>Pages and attributes of a node, or a directory's listing, are out of date.</summary>
    public void InvalidateNode(ulong node, Action? told = null) => Add(new(NotificationCode.InvalidateInode, node, Told: told));

    public void InvalidateAttributes(ulong node, Action? told = null) => Add(new(NotificationCode.InvalidateInode, node, AttributesOnly: true, Told: told));

    /// <summary>What a name stands for, or that it stands for nothing, is out of date.</summary>
    public void InvalidateEntry(ulong parent, byte[] name, Action? told = null) => Add(new(NotificationCode.InvalidateEntry, parent, Name: name, Told: told));

    /// <summary>A name has to be looked up again before it is believed; unlike <see cref="InvalidateEntry"/> leaves alone what is open or mounted below it.</summary>
    public void ExpireEntry(ulong parent, byte[] name, Action? told = null) => Add(new(NotificationCode.InvalidateEntry, parent, Name: name, ExpireOnly: true, Told: told));

    /// <summary>The name, and the node it stood for, are gone.</summary>
    public void Deleted(ulong parent, ulong child, byte[] name, Action? told = null) => Add(new(NotificationCode.Delete, parent, child, name, Told: told));

    /// <summary>Takes no more; what waits is still told.</summary>
    public void Dispose() => waiting.CompleteAdding();

    /// <summary>Tells the kernel nothing any more: its caches go with the mount. What waits counts as told.</summary>
    internal void End()
    {
        silent = true;
        waiting.CompleteAdding();
    }

    internal void Add(Notification notification)
    {
        try
        {
            waiting.Add(notification);
        }
        catch (InvalidOperationException) when (waiting.IsAddingCompleted)
        {
            if (notification.Told is { } told) session.Guarded("notification", told);
        }
    }

    private void Run()
    {
        foreach (var notification in waiting.GetConsumingEnumerable())
        {
            if (!silent)
            {
                if (notification.TouchesPages && session.Parking.TryDefer(notification)) continue;
                Send(notification);
            }
            if (notification.Told is { } told) session.Guarded("notification", told);
        }
        session.NotifierEnded();
    }

    private void Send(in Notification notification)
    {
        switch (notification.Code)
        {
            case NotificationCode.InvalidateInode:
                Send(notification.Code, new InvalidateInodeNotification { Node = notification.Node, Offset = notification.AttributesOnly ? -1 : 0 }, default);
                break;
            case NotificationCode.InvalidateEntry:
                Send(notification.Code, new InvalidateEntryNotification
                {
                    Parent = notification.Node,
                    NameLength = (uint)notification.Name!.Length,
                    Flags = notification.ExpireOnly ? InvalidateEntryNotification.ExpireOnly : 0,
                }, notification.Name);
                break;
            case NotificationCode.Delete:
                Send(notification.Code, new DeleteNotification { Parent = notification.Node, Child = notification.Child, NameLength = (uint)notification.Name!.Length }, notification.Name);
                break;
        }
    }

    private void Send<T>(NotificationCode code, in T message, ReadOnlySpan<byte> name) where T : unmanaged =>
        session.Channel.Notify(code, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in message)), Unsafe.SizeOf<T>()), name);
}

/// <summary>One notification on its way to the kernel; <paramref name="Told"/> is called when it has it.</summary>
internal readonly record struct Notification(
    NotificationCode Code, ulong Node, ulong Child = 0, byte[]? Name = null, bool AttributesOnly = false, bool ExpireOnly = false, Action? Told = null)
{
    public bool TouchesPages => Code == NotificationCode.InvalidateInode && !AttributesOnly;
}
