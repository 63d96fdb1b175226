using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryStores.Mount.Control;

/// <summary>
/// How a process in the background lets go of the shell that started it. The streams are replaced by number, so that nobody who
/// waits for their end waits for the daemon.
/// </summary>
public static class Detachment
{
    private const int In = 0;
    private const int Out = 1;
    private const int Error = 2;

    /// <summary>A session of its own, no directory held, and what the runtime says goes to the log.</summary>
    public static void FromTerminal(SafeFileHandle log)
    {
        if (LibC.NewSession() < 0)
            throw new MountException($"The daemon could not leave the terminal's session: {LibC.Message(Marshal.GetLastPInvokeError())}.");
        Environment.CurrentDirectory = "/";
        Replace(In, File.OpenHandle("/dev/null"));
        Replace(Error, log);
    }

    public static void CloseOutput() => Replace(Out, File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write));

    private static void Replace(int number, SafeFileHandle by)
    {
        using (by)
        {
            if (LibC.Duplicate(by, number) < 0) throw new MountException($"A stream of the daemon could not be replaced: {LibC.Message(Marshal.GetLastPInvokeError())}.");
        }
    }
}
