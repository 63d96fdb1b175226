using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client.Sending;

/// <summary>How requests around agents and sessions become JSON, and the pages of their lists are read. What is null is left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NewAgent))]
[JsonSerializable(typeof(AgentChange))]
[JsonSerializable(typeof(NewEnvironment))]
[JsonSerializable(typeof(EnvironmentChange))]
[JsonSerializable(typeof(NewSession))]
[JsonSerializable(typeof(SessionChange))]
[JsonSerializable(typeof(SentEvents))]
[JsonSerializable(typeof(NewFile))]
[JsonSerializable(typeof(PageBody<SessionBody>))]
[JsonSerializable(typeof(PageBody<StoredJson>))]
internal sealed partial class SendingJson : JsonSerializerContext
{
    /// <summary>The context with the encoder of the wire.</summary>
    public static readonly SendingJson Wire = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
