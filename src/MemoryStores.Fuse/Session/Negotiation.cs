using MemoryStores.Fuse.Wire;

namespace MemoryStores.Fuse.Session;

/// <summary>What kernel and session agreed on at INIT.</summary>
public sealed record Negotiation(uint Minor, InitFlags Flags)
{
    public const uint Major = 7;

    /// <summary>7.31 is Linux 5.4: the first whose kernel keeps caches until it is told otherwise, opens of directories included.</summary>
    public const uint OldestMinor = 31;

    /// <summary>The newest this was written against; a younger kernel then speaks this one.</summary>
    public const uint NewestMinor = 45;

    private const InitFlags Always =
        InitFlags.AsyncRead | InitFlags.BigWrites | InitFlags.ParallelDirectoryOperations | InitFlags.MaxPages
        // All attributes with the listing, always: "auto" would first list without and then look each entry up.
        | InitFlags.DoReadDirPlus
        | InitFlags.CacheSymlinks | InitFlags.NoOpenDirSupport
        // Not EXPLICIT_INVAL_DATA: a kernel that learns of a new size before our invalidation arrives would show old bytes with
        // zeros behind them. So it drops its pages when a size is not what it thought; times mean nothing to it (no AUTO).
        | InitFlags.HandleKillPrivV2 | InitFlags.AsyncDirectIo | InitFlags.InitExt | InitFlags.HasExpireOnly;

    internal static Errno TryAgree(ref MessageReader message, SessionOptions options, ref ReplyBody reply, out Negotiation? agreed)
    {
        agreed = null;
        ref readonly var opening = ref message.Take<InitRequest>();
        if (opening.Major < Major || (opening.Major == Major && opening.Minor < OldestMinor)) return Errno.EPROTO;
        ref var answer = ref reply.Fixed<InitReply>();
        answer.Major = Major;
        answer.Minor = Math.Min(opening.Minor, NewestMinor);
        // A kernel of the next major asks again, in ours.
        if (opening.Major > Major) return Errno.None;

        ulong offered = opening.Flags;
        if ((offered & (ulong)InitFlags.InitExt) != 0 && message.TryTake<uint>(out var more)) offered |= (ulong)more << 32;
        // A kernel that opens by itself must not leave truncation to the open: measured, the old size stays.
        var wanted = Always | (options.ReadOnly ? InitFlags.NoOpenSupport : InitFlags.AtomicOpenTruncate);
        var flags = wanted & (InitFlags)offered;

        answer.MaxReadahead = opening.MaxReadahead;
        answer.Flags = (uint)flags;
        answer.Flags2 = (uint)((ulong)flags >> 32);
        answer.MaxBackground = options.MaxBackground;
        answer.CongestionThreshold = (ushort)(options.MaxBackground * 3 / 4);
        answer.MaxWrite = options.MaxWrite;
        answer.MaxPages = (ushort)(options.MaxWrite / 4_096);
        answer.TimeGranularity = 1;
        agreed = new Negotiation(answer.Minor, flags);
        return Errno.None;
    }
}
