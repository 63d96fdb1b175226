using System.Text.Json.Serialization;

namespace MemoryStores.Contract;

/// <summary>
/// The model an agent asks for, and how. Always this object, also where a request gave the id alone. The effort is absent until one is
/// given: what a model does by default is the business of who runs it.
/// </summary>
public sealed record AgentModel(string Id)
{
    public const string StandardSpeed = "standard";
    public static readonly IReadOnlyList<string> Speeds = [StandardSpeed, "fast"];

    public string Speed { get; init; } = StandardSpeed;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelEffort? Effort { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InferenceGeo { get; init; }
}

/// <summary>How hard a model works.</summary>
public sealed record ModelEffort(string Type)
{
    public static readonly IReadOnlyList<string> Levels = ["low", "medium", "high", "xhigh", "max"];
}

/// <summary>As whom an agent runs. Kept and returned; nothing runs here.</summary>
public sealed record ExecutionIdentity(string Type)
{
    public static readonly ExecutionIdentity ServiceAccount = new("service_account");
    public const string AwsRole = "aws_role";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RoleArn { get; init; }
}
