using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Contract;
using MemoryStores.Engine.Agents;
using MemoryStores.Engine.Environments;
using MemoryStores.Engine.Sessions;

namespace MemoryStores.Engine;

/// <summary>
/// How definitions are kept: as JSON in the order of their properties, so that equal ones have one text. A property added later needs
/// a default, for the texts that were written before it.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AgentDefinition))]
[JsonSerializable(typeof(EnvironmentDefinition))]
[JsonSerializable(typeof(SessionDefinition))]
[JsonSerializable(typeof(SessionAgent))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class DefinitionJson : JsonSerializerContext
{
    /// <summary>The context with an encoder, which the attribute cannot name, that escapes no more than JSON asks.</summary>
    public static readonly DefinitionJson Stored = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
