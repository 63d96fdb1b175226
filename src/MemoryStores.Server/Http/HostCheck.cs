using System.Net;
using MemoryStores.Contract.Errors;
using MemoryStores.Server.Listening;

namespace MemoryStores.Server.Http;

/// <summary>
/// On loopback, refuses requests for hosts that this machine is not: a web page whose name was made to resolve to 127.0.0.1
/// would otherwise speak to the server from its visitor's browser.
/// </summary>
internal sealed class HostCheck(ListenAddress address)
{
    private readonly bool guards = address is ListenAddress.Tcp { IsLoopback: true };

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var host = http.Request.Host.Host;
        return !guards || host is "127.0.0.1" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named))
            ? next(http)
            : http.RefuseAsync(new Refusal.UnknownHost(host));
    }
}
