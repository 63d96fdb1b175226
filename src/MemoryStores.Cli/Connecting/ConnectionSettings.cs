using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MemoryStores.Client;

namespace MemoryStores.Cli;

/// <summary>
/// Finds the server and its key. Each place that may name a key names a server with it, and a key is never sent to another:
/// 1. --url and --key; 2. MEMSTORES_URL and MEMSTORES_API_KEY, where a missing URL is the default one; 3. ANTHROPIC_BASE_URL and
/// ANTHROPIC_API_KEY, when both are set and nothing above is; 4. the admin.key of ./.memstores, for the default URL.
/// </summary>
internal static class ConnectionSettings
{
    private const string UrlVariable = "MEMSTORES_URL";
    private const string KeyVariable = "MEMSTORES_API_KEY";
    private const string ForeignUrlVariable = "ANTHROPIC_BASE_URL";
    private const string ForeignKeyVariable = "ANTHROPIC_API_KEY";

    /// <summary>The connection, and in words where its key is from.</summary>
    public static (Connection Connection, string Origin) Find(Given given, Surroundings surroundings)
    {
        var (server, key, origin) = FindServer(given, surroundings);
        if (key is { } text && text.Any(letter => letter is <= ' ' or > '~'))
            throw new CommandException(ExitCode.BadUsage, $"the key from {origin} holds spaces or letters that no key has");
        return (new Connection(server, key)
        {
            TrustedRoots = given.Text(GlobalOptions.CaFile) is { } file ? Roots(file) : null,
            UserAgent = $"memstores/{CommandLine.VersionNumber}",
        }, $"key from {origin}");
    }

    private static (ServerAddress, string?, string) FindServer(Given given, Surroundings surroundings)
    {
        string? Set(string name) => surroundings.Variable(name) is { Length: > 0 } value ? value : null;

        var (urlGiven, keyGiven) = (given.Text(GlobalOptions.Url), given.Text(GlobalOptions.Key));
        var configured = Set(UrlVariable) is { } url ? Parse(url, UrlVariable) : ServerAddress.Default;
        var server = urlGiven is null ? configured : Parse(urlGiven, GlobalOptions.Url.Name);

        if (keyGiven is not null) return (server, keyGiven, GlobalOptions.Key.Name);
        if (Set(KeyVariable) is { } key)
        {
            if (server.IsSameServer(configured)) return (server, key, KeyVariable);
            var whose = Set(UrlVariable) is null ? $"{configured}, the default ({UrlVariable} is not set)" : $"{configured} ({UrlVariable})";
            throw new CommandException(ExitCode.BadUsage, $"{KeyVariable} belongs to {whose} and is not sent to {server}; give --key, or set {UrlVariable} too");
        }
        if (Set(UrlVariable) is null && Set(ForeignUrlVariable) is { } foreignUrl && Set(ForeignKeyVariable) is { } foreignKey)
        {
            var foreign = Parse(foreignUrl, ForeignUrlVariable);
            if (urlGiven is null || server.IsSameServer(foreign)) return (urlGiven is null ? foreign : server, foreignKey, ForeignKeyVariable);
        }
        if (server.IsSameServer(ServerAddress.Default) && AdminKey(surroundings) is { } admin) return (server, admin, AdminKeyPath(surroundings));
        throw new CommandException(ExitCode.BadUsage,
            $"there is no key for {server}; set {KeyVariable} (with {UrlVariable} where the server is not the default), or give --key");
    }

    private static ServerAddress Parse(string text, string origin) => ServerAddress.TryParse(text, out var address, out var reason)
        ? address
        : throw new CommandException(ExitCode.BadUsage, $"{origin}: {reason}");

    private static string AdminKeyPath(Surroundings surroundings) => Path.Combine(surroundings.Directory, ".memstores", "admin.key");

    private static string? AdminKey(Surroundings surroundings)
    {
        try
        {
            return File.ReadAllText(AdminKeyPath(surroundings)).Trim() is { Length: > 0 } key ? key : null;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static X509Certificate2Collection Roots(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException(ExitCode.BadUsage, $"{GlobalOptions.CaFile.Name} {file} cannot be read: {unreadable.Message}");
        }
        return roots.Count > 0 ? roots : throw new CommandException(ExitCode.BadUsage, $"{GlobalOptions.CaFile.Name} {file} holds no PEM certificate");
    }
}
