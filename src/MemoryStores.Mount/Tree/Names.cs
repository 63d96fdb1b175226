using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using MemoryStores.Contract;
using MemoryStores.Fuse;

namespace MemoryStores.Mount.Tree;

/// <summary>What kind of file a name asks for.</summary>
internal enum NameKind
{
    /// <summary>A memory, saved when it is finished.</summary>
    Memory,

    /// <summary>Most likely half of somebody's save: a memory only when it is left lying.</summary>
    Scratch,

    /// <summary>A tool's own file, kept beside the store.</summary>
    Local,
}

/// <summary>The rules for names.</summary>
internal static partial class Names
{
    // A path of 1,024 bytes in at most 20 parts; bounded here before a longer one is put together.
    private const int NameCharacters = Bounds.NameBytes;

    /// <summary>A name as text; the errno where it can be none.</summary>
    public static Errno TryDecode(ReadOnlySpan<byte> name, Span<char> room, out ReadOnlySpan<char> text)
    {
        text = default;
        if (name.Length > NameCharacters) return Errno.ENAMETOOLONG;
        if (System.Text.Unicode.Utf8.ToUtf16(name, room, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done) return Errno.EILSEQ;
        text = room[..length];
        return Errno.None;
    }

    /// <summary>What a new name in this directory would be.</summary>
    public static NameKind KindOf(DirectoryNode parent, string name) =>
        parent.IsLocal || name == ".git" || IsLocalName(name, parent.Id == Node.RootId) ? NameKind.Local
        : IsScratch(name) ? NameKind.Scratch
        : NameKind.Memory;

    /// <summary>Names under which editors and tools put what they will rename or remove in a moment.</summary>
    public static bool IsScratch(string name) =>
        name.EndsWith(".tmp", StringComparison.Ordinal) || name.EndsWith('~') || name == "4913" || Temporary().IsMatch(name);

    /// <summary>Whether a memory may be called this here; names of local files are bounded by their length alone.</summary>
    public static Errno Check(DirectoryNode parent, string name, NameKind kind) =>
        kind == NameKind.Local ? Errno.None : CheckPath(parent.Path is "/" ? "/" + name : parent.Path + "/" + name);

    public static Errno CheckPath(string path) =>
        MemoryPath.TryParse(path, out _, out _) ? Errno.None
        : Encoding.UTF8.GetByteCount(path) > Limits.PathBytes || path.AsSpan().Count('/') > Limits.PathSegments ? Errno.ENAMETOOLONG
        : Errno.EINVAL;

    /// <summary>Whether a file of this name is a tool's own wherever it is, or in the root.</summary>
    public static bool IsLocalName(string name, bool inRoot) => LocalFile().IsMatch(name) || (inRoot && name == ".anthropic-memory-store");

    /// <summary>Of sed -i, of rsync (.NAME.XXXXXX) and of Python's tempfile.</summary>
    [GeneratedRegex(@"^(sed[A-Za-z0-9]{6}|\..+\.[A-Za-z0-9]{6}|tmp[a-z0-9_]{8})\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Temporary();

    /// <summary>Swap files of vim, locks of Emacs, journals of SQLite.</summary>
    [GeneratedRegex(@"^\..*\.sw.$|^\.#|\.(db|db3|sqlite|sqlite3)-(journal|wal|shm)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex LocalFile();
}
