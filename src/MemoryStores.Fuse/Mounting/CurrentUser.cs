using MemoryStores.Fuse.Native;

namespace MemoryStores.Fuse.Mounting;

/// <summary>As whom this process acts: who mounts, and unless told otherwise whose the files are.</summary>
public static class CurrentUser
{
    public static uint Id => Libc.EffectiveUser();

    public static uint Group => Libc.EffectiveGroup();
}
