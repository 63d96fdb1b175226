using System.Globalization;
using MemoryStores.Mount.Control;

namespace MemoryStores.Mount.Local;

/// <summary>
/// The directory of this user for what a mount of a store keeps on this machine:
/// $XDG_STATE_HOME/memstores/local/SERVER/STORE/N. Each running mount holds one; the next takes the first that is free.
/// </summary>
internal sealed class LocalPlace : IDisposable
{
    private const int Places = 64;
    private readonly FileStream hold;

    private LocalPlace(string directory, FileStream hold) => (Directory, this.hold) = (directory, hold);

    public string Directory { get; }

    public static LocalPlace Take(string server, string store)
    {
        var root = Path.Combine(StateHome.Directory, "local", StateHome.NameOf(server), store);
        PrivateDirectory.MakeAll(root);
        for (var number = 0; number < Places; number++)
        {
            var directory = Path.Combine(root, number.ToString(CultureInfo.InvariantCulture));
            try
            {
                // Held by the kernel: a mount that was killed holds it no longer.
                var hold = new FileStream(directory + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                PrivateDirectory.MakeAll(directory);
                return new LocalPlace(directory, hold);
            }
            catch (IOException) when (number < Places - 1)
            {
            }
        }
        throw new MountException($"{root} has no free place: {Places} mounts of this store run already.");
    }

    public void Dispose() => hold.Dispose();
}
