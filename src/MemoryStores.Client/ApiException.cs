namespace MemoryStores.Client;

/// <summary>The server answered, and the answer is a refusal. <see cref="Exception.Message"/> is the server's, and says what to do.</summary>
public sealed class ApiException(int status, string type, string message) : Exception(message)
{
    /// <summary>The type of an answer that is none of the API's: some other server, or a proxy in between.</summary>
    public const string NotOurs = "unexpected_answer";

    public int Status { get; } = status;

    /// <summary>The error's type on the wire, such as memory_path_conflict_error.</summary>
    public string Type { get; } = type;

    /// <summary>What stands in the way of a create or rename.</summary>
    public string? ConflictingPath { get; init; }

    public string? ConflictingMemoryId { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>Which change of a commit was refused, from 0.</summary>
    public int? Change { get; init; }

    public string? RequestId { get; init; }

    public TimeSpan? RetryAfter { get; init; }
}
