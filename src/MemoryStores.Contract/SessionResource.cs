using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Contract;

/// <summary>Something a session has in its sandbox, at a path of its own. Kept and shown in the same form.</summary>
[JsonConverter(typeof(SessionResourceConverter))]
public abstract record SessionResource
{
    public abstract string Type { get; }

    /// <summary>What a route calls it by: its own id, of a memory store that of the store.</summary>
    public string RouteName() => this switch
    {
        StoreResource store => store.MemoryStoreId,
        FileResource file => file.Id,
        RepositoryResource repository => repository.Id,
        _ => throw new UnreachableException(),
    };
}

/// <summary>
/// A memory store, given when the session is made and never later. Its name and description are the store's of that moment: renaming a
/// store moves no mount.
/// </summary>
public sealed record StoreResource : SessionResource
{
    public const string ReadWrite = "read_write";
    public const string ReadOnly = "read_only";
    public const string Word = "memory_store";

    public override string Type => Word;
    public required string MemoryStoreId { get; init; }
    public required string Access { get; init; }
    public required string? Instructions { get; init; }

    public required string Name { get; init; }
    public required string Description { get; init; }
    public required string MountPath { get; init; }
}

/// <summary>A file of the hosted service, by its id; this server has no files, and keeps the mention.</summary>
public sealed record FileResource : SessionResource
{
    public const string Word = "file";

    public override string Type => Word;
    public required string Id { get; init; }
    public required string FileId { get; init; }
    public required string MountPath { get; init; }
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
}

/// <summary>A repository. A token that was sent for it is kept nowhere: nothing here would use it.</summary>
public sealed record RepositoryResource : SessionResource
{
    public const string Word = "github_repository";

    public override string Type => Word;
    public required string Id { get; init; }
    public required string Url { get; init; }
    public required StoredJson? Checkout { get; init; }
    public required string MountPath { get; init; }
    public required string CreatedAt { get; init; }
    public required string UpdatedAt { get; init; }
}

/// <summary>Which kind of resource it is, its type field says; read and written by hand, as items of a list of memories are.</summary>
public sealed class SessionResourceConverter : JsonConverter<SessionResource>
{
    public override SessionResource? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var parsed = JsonDocument.ParseValue(ref reader);
        var type = parsed.RootElement.TryGetProperty("type", out var given) ? given.GetString() : null;
        return type switch
        {
            StoreResource.Word => parsed.RootElement.Deserialize(WireJson.Wire.StoreResource),
            FileResource.Word => parsed.RootElement.Deserialize(WireJson.Wire.FileResource),
            RepositoryResource.Word => parsed.RootElement.Deserialize(WireJson.Wire.RepositoryResource),
            _ => throw new JsonException($"There is no resource of the type '{type}'."),
        };
    }

    public override void Write(Utf8JsonWriter writer, SessionResource value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case StoreResource store: JsonSerializer.Serialize(writer, store, WireJson.Wire.StoreResource); break;
            case FileResource file: JsonSerializer.Serialize(writer, file, WireJson.Wire.FileResource); break;
            case RepositoryResource repository: JsonSerializer.Serialize(writer, repository, WireJson.Wire.RepositoryResource); break;
        }
    }
}
