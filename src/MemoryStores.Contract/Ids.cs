using System.Diagnostics.CodeAnalysis;

namespace MemoryStores.Contract;

/// <summary>
/// Names of things on the wire: a tag, "01", and 22 base58 characters whose order is the order of making.
/// Clients treat them as opaque; the server only checks the shape, so that an odd id is simply unknown.
/// </summary>
public abstract record Id
{
    public string Value { get; }

    private protected Id(string value) => Value = value;

    public sealed override string ToString() => Value;

    /// <summary>The longest id taken; ours have at most 33 characters.</summary>
    private const int LongestId = 96;

    private protected static bool HasShape([NotNullWhen(true)] string? text, string tag) =>
        text is not null && text.Length > tag.Length && text.Length <= LongestId
        && text.StartsWith(tag, StringComparison.Ordinal)
        && !text.AsSpan(tag.Length).ContainsAnyExcept(IdMint.Letters);
}

public sealed record StoreId : Id
{
    public const string Tag = "memstore_";
    private StoreId(string value) : base(value) { }
    public static StoreId? TryParse(string? text) => HasShape(text, Tag) ? new StoreId(text) : null;
    public static StoreId FromStorage(string value) => new(value);
}

public sealed record MemoryId : Id
{
    public const string Tag = "mem_";
    private MemoryId(string value) : base(value) { }
    public static MemoryId? TryParse(string? text) => HasShape(text, Tag) ? new MemoryId(text) : null;
    public static MemoryId FromStorage(string value) => new(value);
}

public sealed record VersionId : Id
{
    public const string Tag = "memver_";
    private VersionId(string value) : base(value) { }
    public static VersionId? TryParse(string? text) => HasShape(text, Tag) ? new VersionId(text) : null;
    public static VersionId FromStorage(string value) => new(value);
}

public sealed record WorkspaceId : Id
{
    public const string Tag = "wrkspc_";
    private WorkspaceId(string value) : base(value) { }
    public static WorkspaceId FromStorage(string value) => new(value);
}

public sealed record ApiKeyId : Id
{
    public const string Tag = "apikey_";
    private ApiKeyId(string value) : base(value) { }
    public static ApiKeyId FromStorage(string value) => new(value);
}

public sealed record AgentId : Id
{
    public const string Tag = "agent_";
    private AgentId(string value) : base(value) { }
    public static AgentId FromStorage(string value) => new(value);
}

public sealed record EnvironmentId : Id
{
    public const string Tag = "env_";
    private EnvironmentId(string value) : base(value) { }
    public static EnvironmentId FromStorage(string value) => new(value);
}

public sealed record WorkId : Id
{
    public const string Tag = "work_";
    private WorkId(string value) : base(value) { }
    public static WorkId FromStorage(string value) => new(value);
}

public sealed record SessionId : Id
{
    public const string Tag = "sesn_";
    private SessionId(string value) : base(value) { }
    public static SessionId FromStorage(string value) => new(value);
}
