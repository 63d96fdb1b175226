using System.Diagnostics.CodeAnalysis;

namespace MemoryStores.Client;

/// <summary>Where a server is: http://HOST:PORT, https://HOST:PORT, or unix:PATH for a socket of this machine.</summary>
public sealed record ServerAddress
{
    /// <summary>Where <c>memstores serve</c> listens unless told otherwise.</summary>
    public static readonly ServerAddress Default = new("http://127.0.0.1:7878", new Uri("http://127.0.0.1:7878/"), null);

    private const string UnixScheme = "unix:";

    private readonly string text;

    /// <summary>What request paths are relative to; for a socket its host is only a name.</summary>
    public Uri BaseUrl { get; }

    public string? SocketPath { get; }

    private ServerAddress(string text, Uri baseUrl, string? socketPath) => (this.text, BaseUrl, SocketPath) = (text, baseUrl, socketPath);

    public static bool TryParse(string given, [NotNullWhen(true)] out ServerAddress? address, [NotNullWhen(false)] out string? reason)
    {
        (address, reason) = (null, null);
        if (given.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            var path = given[UnixScheme.Length..];
            if (path.StartsWith("//", StringComparison.Ordinal)) path = path[2..];
            if (path.Length == 0) reason = "unix: is followed by the path of a socket";
            else address = new ServerAddress(given, new Uri("http://localhost/"), Path.GetFullPath(path));
            return address is not null;
        }
        if (!Uri.TryCreate(given, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.Host.Length == 0)
            reason = $"'{given}' is not an address; write http://HOST:PORT, https://HOST:PORT or unix:PATH";
        else if (url.UserInfo.Length > 0)
            reason = "an address holds no user name or password; the key is given on its own";
        else if (url.Query.Length > 0 || url.Fragment.Length > 0)
            reason = $"'{given}' has a part after '?' or '#', which an address has not";
        else
            address = new ServerAddress(given.TrimEnd('/'), url.AbsolutePath.EndsWith('/') ? url : new Uri(url.AbsoluteUri + "/"), null);
        return address is not null;
    }

    /// <summary>Whether both are one server: a key that belongs to one may be sent to the other.</summary>
    public bool IsSameServer(ServerAddress other) =>
        SocketPath == other.SocketPath && BaseUrl.Scheme == other.BaseUrl.Scheme
        && BaseUrl.IdnHost.Equals(other.BaseUrl.IdnHost, StringComparison.OrdinalIgnoreCase) && BaseUrl.Port == other.BaseUrl.Port;

    public override string ToString() => text;
}
