using MemoryStores.Contract;
using MemoryStores.Engine.Environments;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>The fields of an environment as a request gives them, to a new one or to one that is there.</summary>
internal static class EnvironmentFields
{
    public static EnvironmentPatch Of(BodyFields body, bool isNew)
    {
        var patch = new EnvironmentPatch
        {
            Name = isNew ? body.RequiredText("name") : body.Text("name"),
            Description = body.GivenText("description"),
            Config = Config(body),
            Metadata = Metadata(body, isNew),
        };
        if (body.Text("scope") is { } scope and not "organization")
            body.Refuse("scope", $"'{scope}' is not offered; an environment belongs to its workspace, which is 'organization'");
        return patch;
    }

    /// <summary>In a patch the empty string removes a key as null does.</summary>
    private static IReadOnlyDictionary<string, string?>? Metadata(BodyFields body, bool isNew)
    {
        var pairs = body.Pairs("metadata", nullable: !isNew);
        return isNew ? pairs : pairs?.ToDictionary(pair => pair.Key, pair => pair.Value is { Length: > 0 } value ? value : null, StringComparer.Ordinal);
    }

    private static ConfigPatch? Config(BodyFields body)
    {
        if (body.Inner("config") is not { } inner) return null;
        var type = inner.RequiredOneOf("type", [EnvironmentConfig.Cloud, EnvironmentConfig.SelfHosted]);
        var (networking, packages) = (Networking(inner), Packages(inner));
        if (type == EnvironmentConfig.SelfHosted && (networking is not null || packages is not null))
            inner.Refuse(networking is not null ? "networking" : "packages", "is of a cloud environment; a self_hosted one has none");
        body.Adopt(inner);
        return new ConfigPatch(type) { Networking = networking, Packages = packages };
    }

    private static NetworkingPatch? Networking(BodyFields config)
    {
        if (config.Inner("networking") is not { } inner) return null;
        var type = inner.RequiredOneOf("type", [EnvironmentNetworking.Unrestricted, EnvironmentNetworking.Limited]);
        var patch = new NetworkingPatch(type)
        {
            AllowedHosts = inner.Texts("allowed_hosts"),
            AllowMcpServers = inner.Flag("allow_mcp_servers"),
            AllowPackageManagers = inner.Flag("allow_package_managers"),
        };
        if (patch != new NetworkingPatch(type) && type == EnvironmentNetworking.Unrestricted)
            inner.Refuse("type", "is 'unrestricted', which has no other fields; send 'limited' with them");
        config.Adopt(inner);
        return patch;
    }

    private static PackagesPatch? Packages(BodyFields config)
    {
        if (config.Inner("packages") is not { } inner) return null;
        if (inner.Text("type") is { } type and not "packages") inner.Refuse("type", $"'{type}' is not a type here; leave it out, or send 'packages'");
        var patch = new PackagesPatch
        {
            Apt = inner.Texts("apt"), Cargo = inner.Texts("cargo"), Gem = inner.Texts("gem"),
            Go = inner.Texts("go"), Npm = inner.Texts("npm"), Pip = inner.Texts("pip"),
        };
        config.Adopt(inner);
        return patch;
    }
}
