using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine.Environments;

/// <summary>What to set of an environment's definition: null leaves a field, and in the metadata removes a key.</summary>
public sealed record EnvironmentPatch
{
    /// <summary>The contract's code for whatever is wrong with an environment's metadata.</summary>
    internal const string BadMetadata = "invalid_metadata";

    public string? Name { get; init; }
    public Given<string?>? Description { get; init; }
    public ConfigPatch? Config { get; init; }
    public IReadOnlyDictionary<string, string?>? Metadata { get; init; }

    /// <summary>The rules that need no environment: each given field by itself.</summary>
    public Refusal? Flaw() =>
        (Name is null ? null : FieldRules.FlawIn("name", Name, 1, Limits.AgentNameCharacters))
        ?? (Description?.Value is { } description ? FieldRules.FlawIn("description", description, 0, Limits.AgentDescriptionCharacters) : null)
        ?? Config?.Flaw()
        ?? (Metadata is null || FieldRules.FlawInPairs(Metadata) is not { } flaw ? null : flaw with { Code = BadMetadata });
}

/// <summary>What to set of a configuration, at every depth: null leaves what there is. A list replaces the whole list.</summary>
public sealed record ConfigPatch(string Type)
{
    public NetworkingPatch? Networking { get; init; }
    public PackagesPatch? Packages { get; init; }

    internal Refusal? Flaw() => Networking?.Flaw() ?? Packages?.Flaw();

    internal EnvironmentConfig Over(EnvironmentConfig stored) => stored with
    {
        Networking = Networking?.Over(stored.Networking) ?? stored.Networking,
        Packages = Packages?.Over(stored.Packages ?? new EnvironmentPackages()) ?? stored.Packages,
    };
}

public sealed record NetworkingPatch(string Type)
{
    public IReadOnlyList<string>? AllowedHosts { get; init; }
    public bool? AllowMcpServers { get; init; }
    public bool? AllowPackageManagers { get; init; }

    internal Refusal? Flaw() => ListRules.Flaw("config.networking.allowed_hosts", AllowedHosts);

    /// <summary>A network of another type begins with the defaults of its own.</summary>
    internal EnvironmentNetworking Over(EnvironmentNetworking? stored)
    {
        var start = stored?.Type == Type ? stored : EnvironmentNetworking.Of(Type);
        return start with
        {
            AllowedHosts = AllowedHosts ?? start.AllowedHosts,
            AllowMcpServers = AllowMcpServers ?? start.AllowMcpServers,
            AllowPackageManagers = AllowPackageManagers ?? start.AllowPackageManagers,
        };
    }
}

public sealed record PackagesPatch
{
    public IReadOnlyList<string>? Apt { get; init; }
    public IReadOnlyList<string>? Cargo { get; init; }
    public IReadOnlyList<string>? Gem { get; init; }
    public IReadOnlyList<string>? Go { get; init; }
    public IReadOnlyList<string>? Npm { get; init; }
    public IReadOnlyList<string>? Pip { get; init; }

    internal Refusal? Flaw() =>
        ListRules.Flaw("config.packages.apt", Apt) ?? ListRules.Flaw("config.packages.cargo", Cargo) ?? ListRules.Flaw("config.packages.gem", Gem)
        ?? ListRules.Flaw("config.packages.go", Go) ?? ListRules.Flaw("config.packages.npm", Npm) ?? ListRules.Flaw("config.packages.pip", Pip);

    internal EnvironmentPackages Over(EnvironmentPackages stored) => new()
    {
        Apt = Apt ?? stored.Apt, Cargo = Cargo ?? stored.Cargo, Gem = Gem ?? stored.Gem,
        Go = Go ?? stored.Go, Npm = Npm ?? stored.Npm, Pip = Pip ?? stored.Pip,
    };
}

/// <summary>What is asked of a list of hosts or packages: a number of names, none of them empty.</summary>
internal static class ListRules
{
    public static Refusal? Flaw(string field, IReadOnlyList<string>? items) =>
        items is null ? null
        : items.Count > Limits.EnvironmentListItems
            ? new Refusal.BadField(field, $"has {items.Count:N0} items; at most {Limits.EnvironmentListItems:N0} are possible")
        : items.Select((item, i) => FieldRules.FlawIn($"{field}[{i}]", item, 1, Limits.EnvironmentItemCharacters)).FirstOrDefault(flaw => flaw is not null);
}
