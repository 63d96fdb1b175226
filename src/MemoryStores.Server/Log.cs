namespace MemoryStores.Server;

/// <summary>Every log line of the server. None carries content, paths, names of stores, keys or query strings.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The last server did not end cleanly; checking the database in the background.")]
    public static partial void CheckingAfterUncleanEnd(ILogger log);

    [LoggerMessage(2, LogLevel.Information, "The database is sound.")]
    public static partial void CheckedAfterUncleanEnd(ILogger log);

    [LoggerMessage(3, LogLevel.Critical, "{Ailment}")]
    public static partial void DatabaseDamaged(ILogger log, string ailment);

    [LoggerMessage(4, LogLevel.Error, "Work left by the last server could not be finished.")]
    public static partial void StartupWorkFailed(ILogger log, Exception broken);

    [LoggerMessage(5, LogLevel.Information, "The TLS certificate was read again.")]
    public static partial void CertificateReloaded(ILogger log);

    [LoggerMessage(6, LogLevel.Warning, "The TLS certificate changed and cannot be read; the last one stays in use: {Why}")]
    public static partial void CertificateNotReloaded(ILogger log, string why);

    [LoggerMessage(10, LogLevel.Debug, "{Method} {Route} {Status} in {Milliseconds} ms, {RequestId}")]
    public static partial void Answered(ILogger log, string method, string route, int status, long milliseconds, string requestId);

    [LoggerMessage(11, LogLevel.Error, "{Method} {Route} failed, {RequestId}")]
    public static partial void Failed(ILogger log, Exception broken, string method, string route, string requestId);

    [LoggerMessage(13, LogLevel.Warning, "A token of {Bearer} was refused at {Method} {Route}: {Why}, {RequestId}")]
    public static partial void TokenRefused(ILogger log, string bearer, string method, string route, string why, string requestId);

    [LoggerMessage(12, LogLevel.Warning, "{Method} {Route} was refused, {RequestId}: {Why}")]
    public static partial void Unavailable(ILogger log, string method, string route, string requestId, string why);
}
