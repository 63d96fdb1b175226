namespace MemoryStores.Simulation.Tests.Mount;

/// <summary>A test with a mount of the kernel's.</summary>
public sealed class MountFactAttribute : FactAttribute
{
    public MountFactAttribute()
    {
        if (!File.Exists("/dev/fuse")) Skip = "This machine has no /dev/fuse.";
    }
}
