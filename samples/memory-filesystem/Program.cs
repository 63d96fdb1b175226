// A file system in memory: dotnet run --project samples/memory-filesystem -- DIR [--read-only] [--allow-other] [--uncached]
// It serves in the foreground until Ctrl-C, SIGTERM, or `umount DIR`, and forgets everything then.

using System.Runtime.InteropServices;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Fuse.Session;
using MemoryStores.Samples.MemoryFileSystem;

if (args.Length == 0 || args[0].StartsWith('-') || args[1..].Except(["--read-only", "--allow-other", "--uncached"]).Any())
{
    Console.Error.WriteLine("usage: memory-filesystem DIR [--read-only] [--allow-other] [--uncached]");
    return 2;
}

var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true; // The process goes on, to take its mount away.
    asked.TrySetResult();
}
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

try
{
    var options = new FuseMountOptions
    {
        Name = "memory",
        CheckPermissions = true,
        ReadOnly = args.Contains("--read-only"),
        AllowOther = args.Contains("--allow-other"),
    };
    var mount = await FuseMount.StartAsync(args[0], new MemoryFileSystem(args.Contains("--uncached") ? 0u : 1_000_000_000), options, new SessionOptions());
    Console.WriteLine($"mounted at {mount.Directory}");
    await Task.WhenAny(asked.Task, mount.Session.Ended);
    // Whoever still has a file open gets a second to finish.
    await mount.UnmountAsync(TimeSpan.FromSeconds(1), lazy: true);
    return 0;
}
catch (FuseMountException failed)
{
    Console.Error.WriteLine(failed.Message);
    return 1;
}
