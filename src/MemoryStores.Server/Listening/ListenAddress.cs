using System.Diagnostics.CodeAnalysis;
using System.Net;
using MemoryStores.Server.Configuration;

namespace MemoryStores.Server.Listening;

/// <summary>Where the server listens: a TCP address, with TLS or on loopback without, or a socket in the file system.</summary>
internal abstract record ListenAddress
{
    private const string UnixScheme = "unix:";

    private ListenAddress() { }

    public sealed record Tcp(IPAddress? Address, int Port, string? Certificate, string? Key) : ListenAddress
    {
        /// <summary>Null stands for localhost: both loopback addresses.</summary>
        public IPAddress? Address { get; } = Address;

        public bool IsTls => Certificate is not null;

        public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

        public override string ToString() => $"{(IsTls ? "https" : "http")}://{Host}:{Port}";

        private string Host => Address is null ? "localhost"
            : Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{Address}]" : Address.ToString();
    }

    public sealed record Unix(string Path) : ListenAddress
    {
        public override string ToString() => UnixScheme + Path;
    }

    public static bool TryMake(Settings settings, [NotNullWhen(true)] out ListenAddress? address, [NotNullWhen(false)] out string? problem)
    {
        var (text, certificate, key) = (settings.Text("listen")!, settings.Text("tls-cert"), settings.Text("tls-key"));
        (address, problem) = (null, null);
        if (certificate is null != key is null) problem = "tls-cert and tls-key belong together: give both or neither";
        else if (text.StartsWith(UnixScheme, StringComparison.Ordinal)) (address, problem) = MakeUnix(text[UnixScheme.Length..], certificate);
        else if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/"
            || (url.Host != "localhost" && !IPAddress.TryParse(url.IdnHost, out _)))
            problem = $"listen takes http://ADDRESS:PORT, https://ADDRESS:PORT (an IP address or localhost) or unix:PATH, not '{text}'";
        else if (url.Scheme == "https" && certificate is null) problem = $"listen {text} needs tls-cert and tls-key";
        else if (url.Scheme == "http" && certificate is not null) problem = $"tls-cert is for https; say --listen https://{url.Authority}";
        else
        {
            var tcp = new Tcp(url.Host == "localhost" ? null : IPAddress.Parse(url.IdnHost), url.Port, certificate, key);
            if (tcp.IsTls || tcp.IsLoopback || settings.IsOn("insecure-http")) address = tcp;
            else problem = $"listen {text} would send keys and memories unencrypted over the network; use https with tls-cert and tls-key, or add --insecure-http if that is safe here";
        }
        return address is not null;
    }

    private static (ListenAddress?, string?) MakeUnix(string path, string? certificate) =>
        path.Length == 0 ? (null, "listen unix: needs a path, such as unix:/run/memstores.sock")
        // The kernel's bound on a socket's path, its final NUL included, is 108 bytes.
        : System.Text.Encoding.UTF8.GetByteCount(Path.GetFullPath(path)) > 107 ? (null, $"the socket path {path} is longer than the 107 bytes the system allows")
        : certificate is not null ? (null, "tls-cert is for https; a unix socket is private by its file mode")
        : (new Unix(Path.GetFullPath(path)), null);
}
