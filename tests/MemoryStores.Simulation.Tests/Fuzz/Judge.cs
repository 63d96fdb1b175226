using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>What every answer must be, whatever was asked.</summary>
internal sealed partial class Judge(string controlMarker)
{
    // A refusal names what was wrong; it does not send a body of megabytes back.
    private const int ErrorBytes = 16 * 1024;

    /// <summary>Words of our own insides. No request has them, so that none is an echo.</summary>
    private static readonly string[] Insides =
    [
        "Exception", "MemoryStores.", "System.", "Microsoft.", "SQLite", "sqlite", "Kestrel", "   at ", ".cs:line", "StackTrace", "Object reference",
        "/usr/", "/root/", "/tmp/",
    ];

    private static readonly Dictionary<int, string[]> Types = new()
    {
        [400] = ["invalid_request_error"], [401] = ["authentication_error"], [403] = ["permission_error"], [404] = ["not_found_error"],
        [405] = ["invalid_request_error"], [408] = ["invalid_request_error"],
        [409] = ["memory_path_conflict_error", "memory_precondition_failed_error", "conflict_error"],
        [411] = ["invalid_request_error"], [413] = ["request_too_large"], [414] = ["invalid_request_error"], [415] = ["invalid_request_error"],
        [421] = ["invalid_request_error"], [431] = ["invalid_request_error"],
        // HTTP's own word for a version of it that is not spoken here: the one 5xx that is the client's doing.
        [505] = ["invalid_request_error"],
    };

    /// <summary>What is wrong with the answer; null when nothing is. Hands a good one's JSON to <paramref name="learn"/>.</summary>
    public string? Flaw(HostileAnswer answer, bool withoutBody, Action<JsonElement>? learn)
    {
        if (answer.RequestId is null || !RequestIds().IsMatch(answer.RequestId)) return $"its request-id is '{answer.RequestId}'";
        if (answer.Status != 200 && !Types.ContainsKey(answer.Status)) return $"its status is {answer.Status}";
        // Metrics are text.
        if (answer is { Status: 200, ContentType: { } type } && type.StartsWith("text/plain", StringComparison.Ordinal)) return null;
        if (answer.ContentType != "application/json") return $"its content-type is '{answer.ContentType}'";
        if (withoutBody) return null;
        var text = Encoding.UTF8.GetString(answer.Body.Span);
        if (text.Contains(controlMarker, StringComparison.Ordinal)) return "it holds what is in the control store, of another workspace";
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            if (answer.Status == 200)
            {
                learn?.Invoke(json.RootElement);
                return null;
            }
            var leak = Array.Find(Insides, word => text.Contains(word, StringComparison.Ordinal));
            if (leak is not null) return $"it speaks of our insides: '{leak}'";
            if (answer.Body.Length > ErrorBytes) return $"its error has {answer.Body.Length} bytes";
            return FlawInEnvelope(json.RootElement, answer);
        }
        catch (JsonException broken)
        {
            return "its body is no JSON: " + broken.Message;
        }
    }

    private static string? FlawInEnvelope(JsonElement envelope, HostileAnswer answer)
    {
        var fields = envelope.EnumerateObject().Select(field => field.Name).Order();
        if (!fields.SequenceEqual(["error", "request_id", "type"])) return "its envelope has other fields";
        if (envelope.GetProperty("type").GetString() != "error") return "its envelope is of another type";
        if (envelope.GetProperty("request_id").GetString() != answer.RequestId) return "its request_id is not its request-id";
        var error = envelope.GetProperty("error");
        return !Types[answer.Status].Contains(error.GetProperty("type").GetString()) ? $"its type does not go with {answer.Status}"
            : string.IsNullOrEmpty(error.GetProperty("message").GetString()) ? "it has no message"
            : null;
    }

    [GeneratedRegex("^req_01[1-9A-HJ-NP-Za-km-z]{22}$")]
    private static partial Regex RequestIds();
}
