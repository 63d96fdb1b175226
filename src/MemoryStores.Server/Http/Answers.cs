using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Contract.Errors;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;
using MemoryStores.Server.Metrics;

namespace MemoryStores.Server.Http;

/// <summary>How answers leave: a wire record as JSON with status 200, or a refusal in the envelope with its own.</summary>
internal static class Answers
{
    // A buffer that grew beyond this for one large answer is not kept for the next.
    private const int KeptBufferBytes = 256 * 1024;

    // A refusal repeats what it refuses, so that its cause is seen; a name or value of megabytes is not worth repeating.
    private const int MessageCharacters = 2_000;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? spareBuffer;

    public static Caller Caller(this HttpContext http) => http.Features.Get<Caller>()!;

    public static Task AnswerAsync<T>(this HttpContext http, T body, JsonTypeInfo<T> type) => http.WriteAsync(200, body, type);

    /// <summary>The value of a finished operation as the body made of it, or its refusal.</summary>
    public static Task AnswerAsync<T, TBody>(this HttpContext http, Outcome<T> outcome, Func<T, TBody> shape, JsonTypeInfo<TBody> type) =>
        outcome switch
        {
            Outcome<T>.Done done => http.WriteAsync(200, shape(done.Value), type),
            Outcome<T>.Refused refused => http.RefuseAsync(refused.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public static Task RefuseAsync(this HttpContext http, Refusal why)
    {
        HttpMetrics.Refused(why.Type);
        http.Features.Set(why);
        // SDKs repeat a 409 by themselves, and a lost race is lost the second time too.
        if (why.Status == 409) http.Response.Headers["x-should-retry"] = "false";
        if (why.RetryAfterSeconds is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return http.WriteAsync(why.Status, new ErrorBody(Detail(why), http.TraceIdentifier), WireJson.Wire.ErrorBody);
    }

    public static ErrorDetailBody Detail(Refusal why)
    {
        var (change, inner) = why is CommitRefusal located ? (located.Change, located.Inner) : ((int?)null, why);
        var conflict = inner as Refusal.PathConflict;
        return new ErrorDetailBody(why.Type, Shortened(why.Message))
        {
            ConflictingPath = conflict?.Path,
            ConflictingMemoryId = conflict?.Memory,
            Details = change is null && inner.Code is null ? null : new ErrorFactsBody { Change = change, ErrorCode = inner.Code, CurrentState = (inner as Refusal.HeartbeatLost)?.Lease },
        };
    }

    private static string Shortened(string message) =>
        message.Length <= MessageCharacters ? message
        : message[..(char.IsHighSurrogate(message[MessageCharacters - 1]) ? MessageCharacters - 1 : MessageCharacters)] + "…";

    public static async Task WriteAsync<T>(this HttpContext http, int status, T body, JsonTypeInfo<T> type)
    {
        var buffer = spareBuffer ?? new ArrayBufferWriter<byte>(4_096);
        spareBuffer = null;
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            JsonSerializer.Serialize(json, body, type);
        }
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = buffer.WrittenCount;
        await http.Response.BodyWriter.WriteAsync(buffer.WrittenMemory);
        if (buffer.Capacity > KeptBufferBytes) return;
        buffer.ResetWrittenCount();
        spareBuffer = buffer;
    }
}
