using System.Text.Json.Serialization;

namespace MemoryStores.Mount.Sandboxes;

/// <summary>What the first process of a sandbox is told: what to mount, what to hide, and what to run. No secret is in it.</summary>
public sealed record SandboxPlan
{
    /// <summary>Where memories are, in every sandbox.</summary>
    public const string Root = "/mnt/memory";

    public required IReadOnlyList<SandboxStore> Stores { get; init; }

    /// <summary>Files and directories that are not for the sandbox's eyes.</summary>
    public required IReadOnlyList<string> Hidden { get; init; }

    /// <summary>Whom the command runs as, in numbers of the machine.</summary>
    public required uint User { get; init; }
    public required uint Group { get; init; }

    /// <summary>Whether the first process is root of the machine, who can become another user, and must be kept from the kernel's settings.</summary>
    public required bool IsRoot { get; init; }

    public required string Directory { get; init; }
    public required IReadOnlyList<string> Command { get; init; }
}

/// <summary>A store in a sandbox. Others than root are let in where the command runs as another user.</summary>
public sealed record SandboxStore(string Name, bool ReadOnly, bool AllowOther);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SandboxPlan))]
internal sealed partial class SandboxJson : JsonSerializerContext;
