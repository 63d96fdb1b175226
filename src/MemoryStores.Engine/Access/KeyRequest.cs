using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine.Access;

/// <summary>A key as an administrator asks for it. A workspace may be named by administrators of the default one only.</summary>
public sealed record KeyRequest(string Name, Grant Grant, long? ExpiresAt, string? Workspace)
{
    private const int NameCharacters = 255;
    private const int StoresPerKey = 100;

    /// <summary>What is wrong with the request by itself.</summary>
    public Refusal? Flaw(long now) =>
        Name.Length is 0 or > NameCharacters || Name.Any(char.IsControl) ? new Refusal.BadField("name", $"is 1 to {NameCharacters} characters on one line")
        : Workspace is { Length: 0 or > NameCharacters } || (Workspace?.Any(char.IsControl) ?? false) ? new Refusal.BadField("workspace", $"is 1 to {NameCharacters} characters on one line")
        : Grant.MayAdminister && !Grant.HasAllStores ? new Refusal.BadField("role", "an admin key reaches the whole workspace; leave stores and path_prefix out, or choose write or read")
        : Grant.Stores is { Count: 0 } ? new Refusal.BadField("stores", "is empty, so the key could do nothing; leave it out for all stores")
        : Grant.Stores?.Count > StoresPerKey ? new Refusal.BadField("stores", $"has {Grant.Stores.Count} items; at most {StoresPerKey} are possible")
        : Grant.PathPrefix is { } prefix && FlawInPrefix(prefix) is { } hint ? new Refusal.BadField("path_prefix", hint)
        : ExpiresAt <= now ? new Refusal.BadField("expires_at", "is in the past")
        : null;

    private static string? FlawInPrefix(string prefix) =>
        prefix.Length < 2 || !prefix.EndsWith('/') ? "is a directory such as /team/, with '/' at both ends"
        : MemoryPath.TryParse(prefix[..^1], out _, out var reason) ? null
        : reason;
}
