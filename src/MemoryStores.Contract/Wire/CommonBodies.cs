using System.Text.Json.Serialization;

namespace MemoryStores.Contract.Wire;

/// <summary>One page of a list; <see cref="NextPage"/> is present and null on the last.</summary>
public sealed record PageBody<T>(IReadOnlyList<T> Data, string? NextPage);

/// <summary>The answer to a delete.</summary>
public sealed record DeletedBody(string Id, string Type);

/// <summary>The one envelope of every error, whichever part of the server found it.</summary>
public sealed record ErrorBody(ErrorDetailBody Error, string RequestId)
{
    public string Type { get; } = "error";
}

public sealed record ErrorDetailBody(string Type, string Message)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConflictingPath { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConflictingMemoryId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorFactsBody? Details { get; init; }
}

/// <summary>What a program may want to know of an error: a code, or which change of a commit it is about.</summary>
public sealed record ErrorFactsBody
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ErrorCode { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Change { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Errors.LeaseState? CurrentState { get; init; }
}

/// <summary>The answer of /healthz and /readyz.</summary>
public sealed record HealthBody(string Status, string? Reason);
