using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Listening;

/// <summary>Puts Kestrel on the address of the settings.</summary>
internal static class Listener
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What must be right before listening begins. Throws <see cref="ListenException"/> with the cause and cure.</summary>
    public static ReloadingCertificate? Prepare(ListenAddress address, ILoggerFactory logs)
    {
        if (address is ListenAddress.Unix socket) RemoveDeadSocket(socket.Path);
        return address is ListenAddress.Tcp { Certificate: { } certificate, Key: { } key }
            ? new ReloadingCertificate(certificate, key, TimeProvider.System, logs.CreateLogger("MemoryStores.Tls"))
            : null;
    }

    public static void Configure(KestrelServerOptions kestrel, ListenAddress address, Func<ReloadingCertificate> certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // BodyReader holds the bound, and answers it with the envelope.
        switch (address)
        {
            case ListenAddress.Unix socket:
                kestrel.ListenUnixSocket(socket.Path, Plain);
                break;
            case ListenAddress.Tcp { IsTls: true } tcp:
                Listen(tcp, endpoint => endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificate().Options()) }));
                break;
            case ListenAddress.Tcp tcp:
                Listen(tcp, Plain);
                break;
        }

        void Listen(ListenAddress.Tcp tcp, Action<ListenOptions> configure)
        {
            if (tcp.Address is null) kestrel.ListenLocalhost(tcp.Port, configure);
            else kestrel.Listen(tcp.Address, tcp.Port, configure);
        }
    }

    /// <summary>Once listening: a socket's file is for its owner alone.</summary>
    public static void Close(ListenAddress address)
    {
        if (address is ListenAddress.Unix socket) File.SetUnixFileMode(socket.Path, OwnerOnly);
    }

    private static void Plain(ListenOptions endpoint)
    {
        endpoint.Protocols = HttpProtocols.Http1;
        endpoint.Use(KestrelRefusals.InEnvelope);
    }

    /// <summary>A socket that a killed server left behind would refuse the next; one that answers belongs to a living one.</summary>
    private static void RemoveDeadSocket(string path)
    {
        if (!Path.Exists(path)) return;
        // A file that is no socket refuses connections just as a dead one does, and is somebody's.
        if (!IsSocket(path)) throw new ListenException($"{path} is there and is not a socket of yours; choose another path with --listen.");
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }
        throw new ListenException($"unix:{path} is in use by another program; choose another address with --listen.");
    }

    /// <summary>What can be opened, or may not be, is something else: opening a socket's file fails as an impossible thing.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            // For writing too, so that a pipe nobody writes to does not make this wait.
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}

/// <summary>The server cannot listen as it was told; the message says why and what to do.</summary>
internal sealed class ListenException(string message, Exception? inner = null) : Exception(message, inner);
