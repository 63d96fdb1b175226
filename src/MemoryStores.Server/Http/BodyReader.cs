using System.Buffers;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using Microsoft.AspNetCore.Connections;

namespace MemoryStores.Server.Http;

/// <summary>Takes a request's body in: bounded, in its charset, as one JSON object.</summary>
internal static class BodyReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>The body's fields, or the first thing wrong with it. An optional body that is absent has no fields.</summary>
    public static async ValueTask<(BodyFields? Fields, Refusal? Refusal)> ReadBodyAsync(this HttpContext http, bool optional = false)
    {
        if (http.Request.ContentLength > Limits.RequestBodyBytes)
        {
            await DrainAsync(http);
            return (null, new Refusal.BodyTooLarge(Limits.RequestBodyBytes));
        }
        if (http.Request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding != "identity")
        {
            return (null, new Refusal.MalformedBody($"content-encoding: '{encoding}' is not supported; send the body as it is.")
            {
                Code = "request_body_encoding_unsupported",
            });
        }
        var (body, tooLarge) = await ReadBytesAsync(http);
        if (tooLarge) return (null, new Refusal.BodyTooLarge(Limits.RequestBodyBytes));
        if (body.IsEmpty && optional) return (new BodyFields(default), null);
        if (FlawInMediaType(http.Request.ContentType, out var charset) is { } flaw) return (null, flaw);
        return Parse(charset is null ? body : Transcode(body, charset));
    }

    /// <summary>For calls that take nothing: a body may be absent or <c>{}</c>.</summary>
    public static async ValueTask<Refusal?> FlawInEmptyBodyAsync(this HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync(optional: true);
        return refusal ?? body!.Finish();
    }

    private static (BodyFields?, Refusal?) Parse(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        if (body.IsEmpty) return (null, new Refusal.MalformedBody("The request has no body; send a JSON object."));
        if (!Utf8.IsValid(body.Span)) return (null, new Refusal.MalformedBody("The body is not UTF-8."));
        try
        {
            var root = JsonDocument.Parse(body, Strict).RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? (new BodyFields(root), null)
                : (null, new Refusal.MalformedBody($"The body is a JSON {BodyFields.NameOf(root.ValueKind)}; send an object."));
        }
        catch (InvalidOperationException)
        {
            // How the parser, comparing names to find one that is there twice, says that a name is no Unicode.
            return (null, new Refusal.MalformedBody("The name of a field is not well-formed Unicode: it has half of a surrogate pair."));
        }
        catch (JsonException broken)
        {
            return (null, new Refusal.MalformedBody(
                $"The body is not a JSON object with distinct fields; the parser stopped at line {broken.LineNumber + 1 ?? 1}, byte {broken.BytePositionInLine ?? 0}."));
        }
    }

    private static Refusal? FlawInMediaType(string? given, out Encoding? charset)
    {
        charset = null;
        if (!MediaTypeHeaderValue.TryParse(given, out var type)
            || !string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase))
            return new Refusal.UnsupportedMediaType(given ?? "");
        switch (type.CharSet?.Trim('"').ToUpperInvariant())
        {
            case null or "" or "UTF-8" or "UTF8":
                return null;
            case "ISO-8859-1" or "LATIN1" or "US-ASCII" or "ASCII":
                charset = Encoding.Latin1;
                return null;
            default:
                return new Refusal.MalformedBody($"content-type: the charset '{type.CharSet}' is not supported; send UTF-8.") { Code = "unsupported_charset" };
        }
    }

    private static ReadOnlyMemory<byte> Transcode(ReadOnlyMemory<byte> body, Encoding from) => Encoding.Convert(from, Encoding.UTF8, body.ToArray());

    private static async ValueTask<(ReadOnlyMemory<byte> Body, bool TooLarge)> ReadBytesAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.NextAsync();
            if (read.Buffer.Length > Limits.RequestBodyBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                await DrainAsync(http);
                return (default, true);
            }
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return (body, false);
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads what a client still sends, so that it gets to see the answer; up to a bound, then the connection closes.</summary>
    private static async ValueTask DrainAsync(HttpContext http)
    {
        var reader = http.Request.BodyReader;
        for (var drained = 0L; drained <= Limits.RefusedBodyBytes;)
        {
            var read = await reader.NextAsync();
            drained += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
        http.Response.Headers.Connection = "close";
    }

    /// <summary>
    /// More of the body. A client that hangs up ends the read by itself; ended by a token instead, the read would stay open, and
    /// Kestrel log an error when it wants the rest. Most of what may be wrong with chunks comes as a bad request, but a size
    /// beyond counting as a broken pipe.
    /// </summary>
    private static async ValueTask<ReadResult> NextAsync(this PipeReader reader)
    {
        try
        {
            return await reader.ReadAsync();
        }
        catch (IOException broken) when (broken is not (BadHttpRequestException or ConnectionResetException))
        {
            throw new BadHttpRequestException(broken.Message, broken);
        }
    }
}
