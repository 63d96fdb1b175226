using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Control;

/// <summary>
/// The directory under a mount. While it is in use nobody may write to it: should the mount end without notice, programs get an
/// error instead of writing where nobody will look.
/// </summary>
internal sealed class BareMountPoint : IDisposable
{
    private const UnixFileMode Writing = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>For a mount whose directory is nobody's to write to anyway.</summary>
    public static BareMountPoint None => new(null, Writing);

    private readonly SafeFileHandle? directory;
    private readonly UnixFileMode mode;
    private bool isClosed;

    private BareMountPoint(SafeFileHandle? directory, UnixFileMode mode) => (this.directory, this.mode) = (directory, mode);

    /// <summary>Before the mount, which would hide it. One that a killed mount has left closed is opened: fusermount3 wants to write to it.</summary>
    public static BareMountPoint Find(string path)
    {
        var descriptor = LibC.Open(path, LibC.CloseOnExec, 0);
        if (descriptor < 0) return new BareMountPoint(null, Writing);
        var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        var mode = File.GetUnixFileMode(directory);
        var wasLeft = (mode & Writing) == 0;
        var found = new BareMountPoint(directory, wasLeft ? mode | UnixFileMode.UserWrite : mode);
        if (wasLeft) found.TrySet(found.mode);
        return found;
    }

    /// <summary>Once it is mounted on.</summary>
    public void Close() => isClosed = TrySet(mode & ~Writing);

    /// <summary>It is as it was.</summary>
    public void Dispose()
    {
        if (isClosed) TrySet(mode);
        directory?.Dispose();
    }

    /// <summary>Another's directory stays as it is.</summary>
    private bool TrySet(UnixFileMode to)
    {
        if (directory is null) return false;
        try
        {
            File.SetUnixFileMode(directory, to);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
