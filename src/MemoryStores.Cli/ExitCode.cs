namespace MemoryStores.Cli;

/// <summary>How every command ends. The numbers are a promise to scripts.</summary>
public enum ExitCode
{
    Done = 0,
    Failed = 1,
    BadUsage = 2,
    NotFound = 3,
    Conflict = 4,
    NoAccess = 5,
    Unreachable = 6,
}

internal static class ExitCodes
{
    public static string Meaning(this ExitCode code) => code switch
    {
        ExitCode.Done => "done",
        ExitCode.Failed => "failed",
        ExitCode.BadUsage => "bad usage",
        ExitCode.NotFound => "not found",
        ExitCode.Conflict => "conflict",
        ExitCode.NoAccess => "no access",
        _ => "server unreachable",
    };
}
