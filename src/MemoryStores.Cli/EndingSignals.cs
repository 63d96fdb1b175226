using System.Runtime.InteropServices;

namespace MemoryStores.Cli;

/// <summary>The signals that ask a program to end. None ends it by itself while this lives; a second one does.</summary>
internal sealed class EndingSignals : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;
    private int count;

    public EndingSignals(Action asked) => registrations =
        [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = Interlocked.Increment(ref count) == 1;
            if (context.Cancel) asked();
        }))];

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }
}
