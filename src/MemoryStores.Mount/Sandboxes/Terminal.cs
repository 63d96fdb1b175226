namespace MemoryStores.Mount.Sandboxes;

public static class Terminal
{
    /// <summary>Whether a stream is the terminal that this process is in the foreground of.</summary>
    public static bool IsOurs(int stream) => LibC.ForegroundOf(stream) == LibC.ProcessGroup();
}
