using System.Globalization;
using System.Text;

namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>One request as bytes, and what its reader must know: an answer to HEAD has no body, whatever its content-length.</summary>
internal sealed record HostileRequest(long Number, string Method, byte[] Bytes);

/// <summary>
/// Requests over the whole surface, whose HTTP is well-formed while anything in it may be wrong: the method, the path, the query,
/// the headers, the body. <see cref="BrokenHttp"/> breaks the grammar, too.
/// </summary>
internal sealed class HostileRequests(int seed, string host, string key, Aims aims)
{
    private sealed record Route(int Weight, string Method, string Template, string Body = "");

    private static readonly Route[] Surface =
    [
        new(8, "POST", "/v1/memory_stores", "store"), new(4, "GET", "/v1/memory_stores"), new(6, "GET", "/v1/memory_stores/{store}"),
        new(4, "POST", "/v1/memory_stores/{store}", "store"), new(3, "DELETE", "/v1/memory_stores/{store}"),
        new(1, "POST", "/v1/memory_stores/{store}/archive", "empty"),
        new(18, "POST", "/v1/memory_stores/{store}/memories", "memory"), new(10, "GET", "/v1/memory_stores/{store}/memories"),
        new(10, "GET", "/v1/memory_stores/{store}/memories/{memory}"), new(10, "POST", "/v1/memory_stores/{store}/memories/{memory}", "update"),
        new(4, "DELETE", "/v1/memory_stores/{store}/memories/{memory}"),
        new(8, "GET", "/v1/memory_stores/{store}/memory_versions"), new(6, "GET", "/v1/memory_stores/{store}/memory_versions/{version}"),
        new(1, "POST", "/v1/memory_stores/{store}/memory_versions/{version}/redact", "empty"),
        new(10, "POST", "/ext/v1/memory_stores/{store}/commits", "commit"),
        new(6, "GET", "/ext/v1/memory_stores/{store}/changes"), new(6, "GET", "/ext/v1/memory_stores/{store}/history"),
        new(2, "POST", "/ext/v1/keys", "key"), new(2, "GET", "/ext/v1/keys"), new(2, "GET", "/ext/v1/keys/{key}"),
        new(1, "POST", "/ext/v1/keys/{key}/rotate", "rotate"), new(1, "POST", "/ext/v1/keys/{key}/revoke", "empty"),
        new(4, "POST", "/v1/agents", "agent"), new(2, "GET", "/v1/agents"), new(2, "GET", "/v1/agents/{agent}"), new(4, "POST", "/v1/agents/{agent}", "agent"),
        new(1, "POST", "/v1/agents/{agent}/archive", "empty"), new(2, "GET", "/v1/agents/{agent}/versions"),
        new(4, "POST", "/v1/environments", "environment"), new(2, "GET", "/v1/environments"), new(2, "GET", "/v1/environments/{environment}"),
        new(4, "POST", "/v1/environments/{environment}", "environment"), new(1, "DELETE", "/v1/environments/{environment}"),
        new(1, "POST", "/v1/environments/{environment}/archive", "empty"),
        new(1, "GET", "/v1/environments/{environment}/work"), new(1, "GET", "/v1/environments/{environment}/work/poll"),
        new(1, "GET", "/v1/environments/{environment}/work/stats"), new(1, "POST", "/v1/environments/{environment}/work/work_01abc", "token"),
        new(1, "POST", "/v1/environments/{environment}/work/work_01abc/ack", "empty"), new(1, "POST", "/v1/environments/{environment}/work/work_01abc/heartbeat", "empty"),
        new(1, "POST", "/v1/environments/{environment}/work/work_01abc/stop", "token"),
        new(5, "POST", "/v1/sessions", "session"), new(3, "GET", "/v1/sessions"), new(2, "GET", "/v1/sessions/{session}"), new(2, "POST", "/v1/sessions/{session}", "session_patch"),
        new(1, "DELETE", "/v1/sessions/{session}"), new(1, "POST", "/v1/sessions/{session}/archive", "empty"),
        new(6, "POST", "/v1/sessions/{session}/events", "events"), new(5, "GET", "/v1/sessions/{session}/events"), new(6, "POST", "/ext/v1/sessions/{session}/events", "told"),
        new(2, "POST", "/v1/sessions/{session}/resources", "resource"), new(1, "GET", "/v1/sessions/{session}/resources"), new(1, "GET", "/v1/sessions/{session}/resources/{store}"),
        new(1, "DELETE", "/v1/sessions/{session}/resources/{store}"), new(1, "GET", "/v1/sessions/{session}/threads"), new(1, "GET", "/v1/sessions/{session}/threads/{key}/events"),
        new(2, "POST", "/ext/v1/sessions/{session}/tokens", "token"), new(1, "GET", "/ext/v1/sessions/{session}/tokens"),
        new(1, "POST", "/ext/v1/sessions/{session}/tokens/{key}/revoke", "empty"), new(1, "POST", "/ext/v1/environments/{environment}/keys", "token"),
        new(1, "GET", "/ext/v1/workspaces"), new(1, "GET", "/ext/v1/administration"), new(1, "GET", "/ext/v1"), new(1, "GET", "/openapi/v1.json"),
        new(1, "GET", "/healthz"), new(1, "GET", "/readyz"), new(1, "GET", "/metrics"), new(1, "POST", "/v1/messages", "store"), new(1, "GET", "/"),
    ];

    private static readonly Route[] Weighted = [.. Surface.SelectMany(route => Enumerable.Repeat(route, route.Weight))];

    private static readonly string[] QueryNames =
    [
        "view", "limit", "page", "depth", "path_prefix", "include_archived", "created_at[gte]", "created_at[lte]", "created_at[gt]", "operation",
        "api_key_id", "session_id", "version", "service_account_id", "memory_id", "after", "before", "order", "kind", "path", "expected_content_sha256", "beta", "order_by", "statuses", "statuses[]", "types", "types[]", "agent_id", "agent_version", "memory_store_id", "created_at[lt]", "",
    ];

    private static readonly string[] QueryValues =
        ["full", "basic", "1", "20", "100", "0", "101", "/", "/a/", "/notes/", "true", "false", "created", "modified", "deleted", "path", "asc", "memory.conflict", "1-0123456789abcdef", "0-0000000000000000", "idle", "user.message", ""];

    private static readonly string[] Hosts = ["elsewhere.example", "localhost:1", "127.0.0.1", "[::1]", "LOCALHOST", "127.1"];

    private static readonly string[] Betas = ["agent-memory-2026-07-22", "managed-agents-2026-04-01", "x, agent-memory-2026-07-22"];

    private static readonly string[] Methods = ["HEAD", "PUT", "PATCH", "OPTIONS", "TRACE", "GET", "POST", "DELETE", "get", "BREW", "M-SEARCH", "PROPFIND"];

    private static readonly string[] PathPieces =
    [
        "%", "%zz", "%2", "%00", "%2f", "%2F..", "/..", "/.", "//", "%c0%ae%c0%ae/", "%ff%fe", "%ed%a0%80", "%u0041", ";a=b", "\\", "?", "#", "*",
        "%e2%80%8b", "%25", "+", "{storeId}", "|",
    ];

    private static readonly (string Name, string Value)[] OddHeaders =
    [
        ("content-encoding", "gzip"), ("content-encoding", "identity"), ("content-encoding", ""), ("content-type", "application/json; charset=utf-16"),
        ("content-type", "application/json; charset=iso-8859-1"), ("content-type", "text/plain"), ("content-type", ";;;"), ("content-type", ""),
        ("expect", "100-continue"), ("expect", "teapot"), ("accept", "text/html"), ("accept-encoding", "gzip, br"), ("range", "bytes=0-1"),
        ("if-none-match", "*"), ("if-modified-since", "yesterday"), ("x-http-method-override", "DELETE"), ("x-forwarded-host", "elsewhere"),
        ("x-original-url", "/ext/v1/keys"), ("forwarded", "for=127.0.0.1;host=elsewhere"), ("connection", "upgrade"), ("upgrade", "h2c"), ("te", "trailers"),
        ("cookie", "a=b; c"), ("origin", "http://elsewhere.example"), ("anthropic-workspace-id", "wrkspc_01abc"), ("anthropic-workspace-id", ""),
        ("anthropic-version", "2023-06-01"), ("anthropic-beta", "agent-memory-2026-07-22, agent-memory-2026-07-22"), ("traceparent", "00-zz-zz-00"),
        ("request-id", "req_mine"), ("x-stainless-retry-count", "-1"), ("keep-alive", "timeout=0"), ("max-forwards", "0"), ("x-api-key", "a"),
        ("authorization", "Bearer"), ("authorization", "Basic QTpC"), ("date", "never"), ("content-md5", "x"), ("via", "1.1 a"), ("priority", "u=9"),
    ];

    public HostileRequest Make(long number)
    {
        var dice = new Dice(seed, number);
        var route = dice.Pick<Route>(Weighted);
        var (aim, store, ownKey) = (aims.Memory(dice), aims.Store(dice), aims.Key(dice));
        var (agent, environment, session) = (aims.Agent(dice), aims.Environment(dice), aims.Session(dice));
        var path = route.Template
            .Replace("{store}", Segment(dice, route.Template.Count('{') > 1 || dice.OneIn(4) ? aim.Store : store), StringComparison.Ordinal)
            .Replace("{memory}", Segment(dice, aim.Memory), StringComparison.Ordinal)
            .Replace("{version}", Segment(dice, aim.Version), StringComparison.Ordinal)
            .Replace("{key}", Segment(dice, ownKey), StringComparison.Ordinal)
            .Replace("{session}", Segment(dice, session), StringComparison.Ordinal)
            .Replace("{agent}", Segment(dice, agent), StringComparison.Ordinal)
            .Replace("{environment}", Segment(dice, environment), StringComparison.Ordinal);
        if (dice.OneIn(25)) path = path.Insert(dice.Below(path.Length) + 1, dice.Pick<string>(PathPieces));
        if (dice.OneIn(400)) path += "/" + new string('a', 1_000 + dice.Below(12_000));
        // Not a path at all, and HTTP refuses what does not begin with one.
        if (!path.StartsWith('/')) path = "/" + path;
        var method = dice.OneIn(40) ? dice.Pick<string>(Methods) : route.Method;
        return new HostileRequest(number, method, Assemble(dice, method, path + Query(dice), route.Body, aim with { Agent = agent, Environment = environment }));
    }

    private static string Segment(Dice dice, string id) => dice.Below(60) switch
    {
        0 => Escape(dice, HostileText.Any(dice)),
        1 => id.ToUpperInvariant(),
        _ => id,
    };

    private string Query(Dice dice)
    {
        var query = new StringBuilder();
        for (var count = dice.OneIn(2) ? 0 : dice.Below(4); count > 0; count--)
        {
            var (name, value) = (dice.Pick<string>(QueryNames), dice.Below(8) switch
            {
                0 => aims.Page(dice),
                1 => HostileText.Any(dice),
                2 => HostileText.Time(dice),
                3 => aims.Memory(dice).Sha256,
                _ => dice.Pick<string>(QueryValues),
            });
            query.Append(query.Length == 0 ? '?' : '&').Append(Escape(dice, name)).Append('=').Append(Escape(dice, value));
            if (dice.OneIn(30)) query.Append(dice.Pick<string>(["&", "&&", "=", "%", "%zz", "%ff", "#", "?", ";x=1", "&view", "+"]));
        }
        return query.ToString();
    }

    /// <summary>Percent-encoding as one client or another does it; halves of pairs in the bytes that some programs make of them.</summary>
    private static string Escape(Dice dice, string text)
    {
        var (all, lower, plus) = (dice.OneIn(10), dice.OneIn(2), dice.OneIn(2));
        var escaped = new StringBuilder();
        foreach (var one in text.Length > 3_000 ? text[..3_000] : text)
        {
            if (one == ' ' && plus) escaped.Append('+');
            else if (!all && (char.IsAsciiLetterOrDigit(one) || "-_.~/*'()!$,:@".Contains(one, StringComparison.Ordinal))) escaped.Append(one);
            else
            {
                Span<byte> bytes = one < 0x80 ? [(byte)one]
                    : one < 0x800 ? [(byte)(0xC0 | one >> 6), (byte)(0x80 | one & 0x3F)]
                    : [(byte)(0xE0 | one >> 12), (byte)(0x80 | one >> 6 & 0x3F), (byte)(0x80 | one & 0x3F)];
                foreach (var octet in bytes) escaped.Append('%').Append(octet.ToString(lower ? "x2" : "X2", CultureInfo.InvariantCulture));
            }
        }
        return escaped.ToString();
    }

    private byte[] Assemble(Dice dice, string method, string target, string operation, Aim aim)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        Add(dice.OneIn(9) ? "HOST" : "host", dice.OneIn(200) ? dice.Pick<string>(Hosts) : host);
        head.Append(Credential(dice));
        if (!dice.OneIn(60)) Add("anthropic-version", dice.OneIn(40) ? HeaderText(dice) : dice.Pick<string>(["2023-06-01", "2026-10-21"]));
        if (!dice.OneIn(60)) Add("anthropic-beta", dice.OneIn(40) ? HeaderText(dice) : dice.Pick<string>(Betas));
        for (var odd = dice.OneIn(5) ? 1 + dice.Below(3) : 0; odd > 0; odd--)
        {
            var (name, value) = dice.Pick<(string, string)>(OddHeaders);
            Add(name, dice.OneIn(6) ? HeaderText(dice) : value);
        }
        if (dice.OneIn(300)) head.Append("x-long: ").Append('h', 2_000 + dice.Below(40_000)).Append("\r\n");

        var hasBody = operation.Length > 0 && !(operation == "empty" && dice.OneIn(2));
        if (!hasBody && !dice.OneIn(40)) return Finish([]);
        var body = HostileJson.Of(operation, dice, aim);
        if (!dice.OneIn(50)) Add("content-type", "application/json");
        var isChunked = dice.OneIn(12);
        Add(isChunked ? "transfer-encoding" : "content-length", isChunked ? "chunked" : body.Length.ToString(CultureInfo.InvariantCulture));
        return Finish(isChunked ? Chunks(dice, body) : body);

        void Add(string name, string value) => head.Append(name).Append(": ").Append(value).Append("\r\n");

        byte[] Finish(byte[] behind) => [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. behind];
    }

    private string Credential(Dice dice) => dice.Below(50) switch
    {
        0 => "",
        1 => $"x-api-key: {HeaderText(dice)}\r\n",
        2 => $"authorization: {dice.Pick<string>(["bearer  ", "BEARER ", "Bearer\t", "Bearer ", "Basic "])}{key}\r\n",
        3 => $"authorization: Bearer {HeaderText(dice)}\r\nx-api-key: {key}\r\n",
        4 => $"x-api-key: {key}\r\nx-api-key: {key}\r\n",
        < 9 => $"x-api-key: {aims.Secret(dice)}\r\n",
        < 30 => $"authorization: Bearer {key}\r\n",
        _ => $"x-api-key: {key}\r\n",
    };

    /// <summary>What may stand in a header by the grammar: visible Latin-1, spaces and tabs.</summary>
    private static string HeaderText(Dice dice) =>
        string.Concat(HostileText.Any(dice).Take(600)
            .Where(one => one is '\t' or (>= ' ' and < '\u007f') or (>= '\u00a1' and <= '\u00ff'))).Trim();

    private static byte[] Chunks(Dice dice, byte[] body)
    {
        var chunked = new MemoryStream();
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(body.Length - at, 1 + dice.Below(dice.OneIn(3) ? 3_000_000 : 400));
            var size = length.ToString(dice.OneIn(2) ? "x" : "X8", CultureInfo.InvariantCulture);
            chunked.Write(Encoding.ASCII.GetBytes(size + (dice.OneIn(4) ? ";a=b\r\n" : "\r\n")));
            chunked.Write(body, at, length);
            chunked.Write("\r\n"u8);
            at += length;
        }
        chunked.Write(dice.OneIn(5) ? "0\r\nx-trailer: 1\r\n\r\n"u8 : "0\r\n\r\n"u8);
        return chunked.ToArray();
    }
}
