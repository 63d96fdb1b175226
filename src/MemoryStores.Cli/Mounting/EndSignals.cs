using System.Runtime.InteropServices;

namespace MemoryStores.Cli.Mounting;

/// <summary>The signals that ask a program to end. None ends it by itself while this lives.</summary>
internal sealed class EndSignals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;

    public EndSignals(Action asked) => registrations =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            asked();
        }))];

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }
}
