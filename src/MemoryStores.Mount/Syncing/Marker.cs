using System.Text;

namespace MemoryStores.Mount.Syncing;

/// <summary>
/// The file that tells which store a directory is in step with. Its first two lines are those the official worker writes, a
/// version and the store's id, so that each knows the other's; ours has the server on a third.
/// </summary>
internal sealed record Marker(string Store, string? Server)
{
    public const string Name = ".anthropic-memory-store";
    public const string Path = "/" + Name;

    private const string FirstLine = "version 1";
    private const int MostBytes = 4 * 1024;

    public byte[] Bytes => Encoding.UTF8.GetBytes($"{FirstLine}\n{Store}\nserver {Server}\n");

    /// <summary>What the directory says. Something there that is no marker of a kind we know belongs to nobody.</summary>
    public static (bool IsThere, Marker? Marker) Read(SyncedDirectory directory)
    {
        if (directory.StatusOf(Path) is null) return (false, null);
        if (directory.Read(Path, MostBytes) is not { } content) return (true, null);
        var lines = Encoding.UTF8.GetString(content.Bytes).Split('\n');
        if (lines is not [FirstLine, { Length: > 0 } store, ..]) return (true, null);
        const string server = "server ";
        return (true, new Marker(store.Trim(), lines.Skip(2).FirstOrDefault(line => line.StartsWith(server, StringComparison.Ordinal))?[server.Length..].Trim()));
    }

    /// <summary>Why a directory with this marker is not ours to touch; null when it is.</summary>
    public string? Refusal(Marker found, string directory)
    {
        var cure = $"Sync another directory; or, to turn this one over to the store named here, remove {directory}{Path} first: then both sides are compared, nothing is deleted, and files that differ are merged.";
        if (found.Store != Store) return $"{directory} belongs to store {found.Store}{(found.Server is { } server ? $" of {server}" : "")}, not to store {Store} of {Server}. {cure}";
        return found.Server is { } other && other != Server
            ? $"{directory} belongs to store {found.Store} of {other}, not of {Server}. {cure}"
            : null;
    }
}
