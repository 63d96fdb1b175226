namespace MemoryStores.Mount.Control;

/// <summary>A directory nobody else may enter: where a stranger could put a socket or a lock, a daemon would answer to the stranger.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes it where it is missing; one that is there must be a directory, ours, and closed to others.</summary>
    public static void Make(string path)
    {
        if (LibC.Facts(path, out _) is null) Directory.CreateDirectory(path, OwnerOnly);
        // Looked at after it was made, too: somebody may have been faster.
        if (Refusal(path) is { } refusal) throw new MountException(refusal);
    }

    /// <summary>Makes it and all above it that is missing; only what is made is closed to others.</summary>
    public static void MakeAll(string path)
    {
        try
        {
            // Made at once, those in between would be open to others.
            if (Path.GetDirectoryName(path) is { } above && !Directory.Exists(above)) MakeAll(above);
            Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new MountException($"{path} cannot be made: {refused.Message}. What is not yet saved is kept there: set XDG_STATE_HOME to a directory of your own.");
        }
    }

    /// <summary>Why it cannot be used; null when it can, or is not there.</summary>
    public static string? Refusal(string path)
    {
        if (LibC.Facts(path, out _) is not { } facts) return null;
        var cure = "Mounts are registered there, and nobody else may reach into it. Remove it (as its owner or root), or set XDG_RUNTIME_DIR to a directory of your own.";
        return facts switch
        {
            { IsSymbolicLink: true } => $"{path} is a symbolic link. {cure}",
            { IsDirectory: false } => $"{path} is not a directory. {cure}",
            _ when facts.Owner != LibC.EffectiveUser() => $"{path} belongs to user {facts.Owner}, not to user {LibC.EffectiveUser()}. {cure}",
            { IsOpenToOthers: true } =>
                $"{path} is open to others (mode {Convert.ToString(facts.Permissions, 8)}). Mounts are registered there, and nobody else may reach into it: chmod 700 {path}",
            _ => null,
        };
    }
}
