using System.Text.Json.Serialization;

namespace MemoryStores.Contract;

/// <summary>Where agents run, as told by the owner: in a cloud container, with its network and packages, or on machines of their own.</summary>
public sealed record EnvironmentConfig(string Type)
{
    public const string Cloud = "cloud";
    public const string SelfHosted = "self_hosted";

    /// <summary>Of a cloud environment; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EnvironmentNetworking? Networking { get; init; }

    /// <summary>Of a cloud environment; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EnvironmentPackages? Packages { get; init; }

    /// <summary>A configuration of a type before anything is said of it.</summary>
    public static EnvironmentConfig Of(string type) => type == Cloud
        ? new(Cloud) { Networking = EnvironmentNetworking.Of(EnvironmentNetworking.Unrestricted), Packages = new EnvironmentPackages() }
        : new(type);
}

/// <summary>What a container can reach. A limited network has the three fields, an unrestricted one none of them.</summary>
public sealed record EnvironmentNetworking(string Type)
{
    public const string Unrestricted = "unrestricted";
    public const string Limited = "limited";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AllowedHosts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AllowMcpServers { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AllowPackageManagers { get; init; }

    /// <summary>A network of a type before anything is said of it.</summary>
    public static EnvironmentNetworking Of(string type) =>
        type == Limited ? new(Limited) { AllowedHosts = [], AllowMcpServers = false, AllowPackageManagers = false } : new(type);
}

/// <summary>What is installed in a container, by package manager.</summary>
public sealed record EnvironmentPackages
{
    public IReadOnlyList<string> Apt { get; init; } = [];
    public IReadOnlyList<string> Cargo { get; init; } = [];
    public IReadOnlyList<string> Gem { get; init; } = [];
    public IReadOnlyList<string> Go { get; init; } = [];
    public IReadOnlyList<string> Npm { get; init; } = [];
    public IReadOnlyList<string> Pip { get; init; } = [];
}
