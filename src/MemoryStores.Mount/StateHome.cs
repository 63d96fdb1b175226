using System.Security.Cryptography;
using System.Text;

namespace MemoryStores.Mount;

/// <summary>$XDG_STATE_HOME/memstores: what mounts keep on this machine for this user.</summary>
internal static class StateHome
{
    public static string Directory
    {
        get
        {
            var home = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state)
                ? state
                : Path.Combine(Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } own ? own : "/", ".local", "state");
            return Path.Combine(home, "memstores");
        }
    }

    /// <summary>A server's name as a directory's.</summary>
    public static string NameOf(string server) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(server)))[..16];
}
