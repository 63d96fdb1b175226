using System.Globalization;
using System.Text;
using System.Text.Json;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 2 of the contract: whatever is wrong with a request, the answer is the one envelope, and the server stays usable.</summary>
public sealed class ErrorEnvelopeFacts(RunningServer server) : ApiFacts(server)
{
    // Routes and methods

    [Theory]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v2/memory_stores")]
    [InlineData("/memory_stores")]
    [InlineData("/v1/memory_store")]
    [InlineData("/v1/memory_stores/x/memory")]
    [InlineData("/v1/memory_stores/x/memories/y/z")]
    [InlineData("/v1/memory_stores/x/memory_versions/y/z")]
    [InlineData("/ext/v1/nothing")]
    [InlineData("/favicon.ico")]
    public async Task An_unknown_route_is_not_found_with_or_without_a_key(string path)
    {
        (await Api.GetAsync(path)).NotFound();
        (await Api.PostAsync(path, new { })).NotFound();
        (await Api.SendAsync(new HttpRequestMessage(HttpMethod.Get, path))).NotFound();
    }

    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1/skills/skill_x")]
    [InlineData("/v1/vaults")]
    [InlineData("/v1/messages")]
    [InlineData("/v1/deployments/x/runs")]
    public async Task A_family_this_server_does_not_have_is_said_to_be_not_offered(string path)
    {
        var error = (await Api.PostAsync(path, new { })).NotFound();

        Assert.Contains("not offered by this server", error.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/v1/memory_stores", "GET, POST")]
    [InlineData("DELETE", "/v1/memory_stores", "GET, POST")]
    [InlineData("PATCH", "/v1/memory_stores/x", "DELETE, GET, POST")]
    [InlineData("GET", "/v1/memory_stores/x/archive", "POST")]
    [InlineData("PUT", "/v1/memory_stores/x/memories/y", "DELETE, GET, POST")]
    [InlineData("PATCH", "/v1/memory_stores/x/memories/y", "DELETE, GET, POST")]
    [InlineData("DELETE", "/v1/memory_stores/x/memory_versions/y", "GET")]
    [InlineData("GET", "/v1/memory_stores/x/memory_versions/y/redact", "POST")]
    [InlineData("POST", "/healthz", "GET")]
    [InlineData("BREW", "/v1/memory_stores", "GET, POST")]
    public async Task Another_method_on_a_known_path_is_405_and_told_which_there_are(string method, string path, string allowed)
    {
        var answer = await Api.SendAsync(ApiClient.Request(new HttpMethod(method), path));

        answer.Refused(405, "invalid_request_error");
        Assert.Equal(allowed, string.Join(", ", answer.Header("allow")!.Split(", ").Order()));
    }

    [Fact]
    public async Task A_HEAD_request_is_answered_without_a_body()
    {
        using var connection = await RawConnection.OpenAsync(Server.Process.Url);
        await connection.SendAsync(Head("HEAD", ApiClient.Stores) + "\r\n" + Head("GET", "/healthz") + "\r\n");

        // Were the first answered with a body, its bytes would be read as the second's status line.
        var (status, headers) = await connection.ReadHeadAsync();
        Assert.Equal(405, status);
        Assert.Matches(Shapes.RequestId, headers["request-id"]);
        (await connection.ReadAsync()).Ok();
    }

    // Too large

    [Theory]
    [InlineData(5 * 1024 * 1024)]
    [InlineData(40 * 1024 * 1024)]
    public async Task A_body_too_large_is_answered_and_the_connection_goes_on_whether_its_length_is_announced_or_not(int bytes)
    {
        var store = await NewStoreAsync();
        var part = new byte[1024 * 1024];
        part.AsSpan().Fill((byte)'x');
        using var connection = await RawConnection.OpenAsync(Server.Process.Url);

        await connection.SendAsync(Head("POST", store + "/memories") + string.Create(CultureInfo.InvariantCulture, $"content-length: {bytes}\r\n\r\n"));
        for (var sent = 0; sent < bytes; sent += part.Length) await connection.SendAsync(part);
        (await connection.ReadAsync()).Refused(413, "request_too_large");

        await connection.SendAsync(Head("POST", store + "/memories") + "transfer-encoding: chunked\r\n\r\n");
        for (var sent = 0; sent < bytes; sent += part.Length)
        {
            await connection.SendAsync("100000\r\n");
            await connection.SendAsync(part);
            await connection.SendAsync("\r\n");
        }
        await connection.SendAsync("0\r\n\r\n");
        (await connection.ReadAsync()).Refused(413, "request_too_large");

        await connection.SendAsync(Head("GET", store) + "\r\n");
        (await connection.ReadAsync()).Ok();
        Assert.Empty((await Api.GetAsync(store + "/memories")).Ok().Data());
    }

    [Fact]
    public async Task A_body_just_under_the_bound_is_read()
    {
        var store = await NewStoreAsync();
        const string fields = """{"path":"/a","content":"text"}""";

        (await Api.PostTextAsync(store + "/memories", fields + new string(' ', (4 * 1024 * 1024) - fields.Length))).Ok();
        (await Api.PostTextAsync(store + "/memories", fields + new string(' ', (4 * 1024 * 1024) - fields.Length + 1))).Refused(413, "request_too_large");
    }

    // The body's syntax

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("42")]
    [InlineData("true")]
    [InlineData("undefined")]
    [InlineData("""{"name":"n",}""")]
    [InlineData("""{"name":"n"} x""")]
    [InlineData("""{"name":"n"}{"name":"n"}""")]
    [InlineData("""{name:"n"}""")]
    [InlineData("{'name':'n'}")]
    [InlineData("""{"name":"n" /* why */}""")]
    [InlineData("{\"name\":\"a\nb\"}")]
    [InlineData("{\"name\":\"\\x\"}")]
    [InlineData("""{"name":NaN}""")]
    [InlineData("""{"name":"n","name":"n"}""")]
    [InlineData("""{"name":"n","n\u0061me":"m"}""")]
    [InlineData("""{"name":"n","metadata":{"k":"1","k":"2"}}""")]
    [InlineData("""{"name":"n","":1}""")]
    [InlineData("""{"Name":"n"}""")]
    public async Task A_body_that_is_not_one_object_of_known_fields_is_refused(string body) =>
        (await Api.PostTextAsync(ApiClient.Stores, body)).Invalid();

    [Fact]
    public async Task A_body_nested_without_end_is_refused()
    {
        (await Api.PostTextAsync(ApiClient.Stores, """{"name":""" + new string('[', 200_000))).Invalid();
        (await Api.PostTextAsync(ApiClient.Stores, string.Concat(Enumerable.Repeat("""{"metadata":""", 50_000)))).Invalid();
    }

    [Theory]
    [InlineData("""{"path":"/a","content":"\ud83c"}""")]
    [InlineData("""{"path":"/a","content":"\udf33"}""")]
    [InlineData("""{"path":"/a","content":"\udf33\ud83c"}""")]
    [InlineData("""{"path":"/\ud83c","content":""}""")]
    [InlineData("""{"path":"/a","content":"","\ud83c":1}""")]
    [InlineData("""{"\ud83c":1}""")]
    [InlineData("""{"path":"/a","content":"","precondition":{"\ud83c":1}}""")]
    public async Task Half_a_surrogate_pair_is_refused(string body)
    {
        var store = await NewStoreAsync();

        (await Api.PostTextAsync(store + "/memories", body)).Invalid();

        Assert.Empty((await Api.GetAsync(store + "/memories")).Ok().Data());
    }

    [Fact]
    public async Task Half_a_surrogate_pair_is_refused_in_a_stores_fields_too()
    {
        (await Api.PostTextAsync(ApiClient.Stores, """{"name":"\ud83c"}""")).Invalid();
        (await Api.PostTextAsync(ApiClient.Stores, """{"name":"n","description":"\udf33"}""")).Invalid();
        (await Api.PostTextAsync(ApiClient.Stores, """{"name":"n","metadata":{"k":"\ud83c"}}""")).Invalid();
        (await Api.PostTextAsync(ApiClient.Stores, """{"name":"n","metadata":{"\ud83c":"v"}}""")).Invalid();
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public async Task Bytes_that_are_not_UTF_8_are_refused(byte[] bytes)
    {
        var store = await NewStoreAsync();

        (await Api.PostBytesAsync(store + "/memories", [.. """{"path":"/a","content":" """u8, .. bytes, .. "\"}"u8])).Invalid();
        (await Api.PostBytesAsync(store + "/memories", [.. "{\"path\":\"/a"u8, .. bytes, .. "\",\"content\":\"\"}"u8])).Invalid();
    }

    [Fact]
    public async Task A_BOM_before_the_object_is_skipped() =>
        Assert.Equal("n", (await Api.PostBytesAsync(ApiClient.Stores, [0xEF, 0xBB, 0xBF, .. """{"name":"n"}"""u8])).Ok().Text("name"));

    // Media types, charsets, encodings

    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    public async Task JSON_in_UTF_8_is_read(string contentType) =>
        Assert.Equal("é🌳", (await Api.PostBytesAsync(ApiClient.Stores, """{"name":"é🌳"}"""u8.ToArray(), contentType)).Ok().Text("name"));

    [Theory]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=ISO-8859-1")]
    [InlineData("application/json; charset=\"latin1\"")]
    public async Task JSON_in_Latin_1_is_read(string contentType) =>
        Assert.Equal("café £", (await Api.PostBytesAsync(ApiClient.Stores, Encoding.Latin1.GetBytes("""{"name":"café £"}"""), contentType)).Ok().Text("name"));

    [Fact]
    public async Task JSON_in_ASCII_is_read() =>
        Assert.Equal("é", (await Api.PostBytesAsync(ApiClient.Stores, """{"name":"\u00e9"}"""u8.ToArray(), "application/json; charset=us-ascii")).Ok().Text("name"));

    [Theory]
    [InlineData("utf-16")]
    [InlineData("shift_jis")]
    [InlineData("nonsense")]
    public async Task Another_charset_has_a_code_of_its_own(string charset)
    {
        var error = (await Api.PostBytesAsync(ApiClient.Stores, """{"name":"n"}"""u8.ToArray(), "application/json; charset=" + charset)).Invalid();

        Assert.Equal("unsupported_charset", error.GetProperty("details").Text("error_code"));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/jsonx")]
    [InlineData("json")]
    [InlineData("")]
    public async Task Another_media_type_is_refused(string contentType) =>
        (await Api.PostBytesAsync(ApiClient.Stores, """{"name":"n"}"""u8.ToArray(), contentType)).Refused(415, "invalid_request_error");

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("nonsense")]
    public async Task A_compressed_body_has_a_code_of_its_own(string encoding)
    {
        var request = ApiClient.Request(HttpMethod.Post, ApiClient.Stores);
        request.Content = new ByteArrayContent("""{"name":"n"}"""u8.ToArray());
        request.Content.Headers.ContentType = new("application/json");
        request.Content.Headers.TryAddWithoutValidation("content-encoding", encoding);

        var error = (await Api.SendAsync(request)).Invalid();

        Assert.Equal("request_body_encoding_unsupported", error.GetProperty("details").Text("error_code"));
    }

    // Below HTTP as the framework reads it

    [Theory]
    [InlineData("/v1/memory_stores/%00")]
    [InlineData("/v1/memory_stores/a%00b")]
    public async Task A_NUL_in_the_path_is_refused(string path) => Refused400Or404(await RawConnection.AskAsync(Server.Process.Url, Head("GET", path) + "\r\n"));

    [Theory]
    [InlineData("/v1/memory_stores/%")]
    [InlineData("/v1/memory_stores/%zz")]
    [InlineData("/v1/memory_stores/%ff")]
    [InlineData("/v1/memory_stores/%c0%af")]
    [InlineData("/v1/memory_stores/%ed%a0%80")]
    public async Task Bad_percent_encoding_in_the_path_is_an_error_in_the_envelope(string path) =>
        Refused400Or404(await RawConnection.AskAsync(Server.Process.Url, Head("GET", path) + "\r\n"));

    [Theory]
    [InlineData("path_prefix=%")]
    [InlineData("path_prefix=/%zz/")]
    [InlineData("path_prefix=/%ff/")]
    [InlineData("page=%ff%00")]
    public async Task Bad_percent_encoding_in_the_query_never_breaks_the_server(string query)
    {
        var answer = await RawConnection.AskAsync(Server.Process.Url, Head("GET", $"{await NewStoreAsync()}/memories?{query}") + "\r\n");

        if (answer.Status == 200) answer.Ok();
        else answer.Invalid();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData(".%2E")]
    [InlineData("%2e")]
    public async Task A_dot_in_place_of_a_memorys_id_never_reaches_the_store_above(string id)
    {
        var store = await NewStoreAsync();

        var answer = await RawConnection.AskAsync(Server.Process.Url, Head("DELETE", $"{store}/memories/{id}") + "\r\n");

        answer.Refused(404, "not_found_error");
        (await Api.GetAsync(store)).Ok();
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET\r\n\r\n")]
    [InlineData("GET /v1/memory_stores HTTP/9.9\r\n\r\n")]
    [InlineData("GET /v1/memory_stores HTTP/1.1\r\n\r\n")]
    [InlineData("GET /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\nhost: b\r\n\r\n")]
    [InlineData("GET /v1/memory stores HTTP/1.1\r\nhost: localhost\r\n\r\n")]
    [InlineData("GET /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\nno colon\r\n\r\n")]
    [InlineData("GET /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\nx-api-key: a\0b\r\n\r\n")]
    [InlineData("POST /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n")]
    [InlineData("POST /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n")]
    [InlineData("POST /v1/memory_stores HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: nonsense\r\n\r\n")]
    public async Task What_is_not_HTTP_gets_an_error_in_the_envelope(string text)
    {
        var answer = await RawConnection.AskAsync(Server.Process.Url, text);

        Assert.InRange(answer.Status, 400, 505);
        answer.Refused(answer.Status, "invalid_request_error");
        (await Api.GetAsync("/healthz")).Ok();
    }

    [Fact]
    public async Task A_chunk_that_is_none_is_an_error_in_the_envelope()
    {
        var answer = await RawConnection.AskAsync(Server.Process.Url,
            Head("POST", ApiClient.Stores) + "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n");

        answer.Invalid();
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(60_000)]
    [InlineData(200_000)]
    public async Task A_URL_too_long_is_an_error_in_the_envelope(int length)
    {
        var answer = await RawConnection.AskAsync(Server.Process.Url, Head("GET", $"{ApiClient.Stores}?page={new string('x', length)}") + "\r\n");

        answer.Refused(414, "invalid_request_error");
    }

    [Theory]
    [InlineData(40_000)]
    [InlineData(400_000)]
    public async Task Headers_too_large_are_an_error_in_the_envelope(int length)
    {
        var answer = await RawConnection.AskAsync(Server.Process.Url, Head("GET", ApiClient.Stores) + $"x-large: {new string('x', length)}\r\n\r\n");

        answer.Refused(431, "invalid_request_error");
    }

    [Fact]
    public async Task Too_many_headers_are_an_error_in_the_envelope()
    {
        var many = string.Concat(Enumerable.Range(0, 500).Select(i => $"x-{i}: v\r\n"));

        (await RawConnection.AskAsync(Server.Process.Url, Head("GET", ApiClient.Stores) + many + "\r\n")).Refused(431, "invalid_request_error");
    }

    [Fact]
    public async Task The_longest_path_fits_into_a_query_with_every_byte_escaped()
    {
        var prefix = string.Concat(Enumerable.Repeat("%2F" + string.Concat(Enumerable.Repeat("%C3%A9", 25)), 20)) + "%2F";

        Assert.Empty((await Api.GetAsync($"{await NewStoreAsync()}/memories?path_prefix={prefix}")).Ok().Data());
    }

    [Fact]
    public async Task Random_requests_never_break_the_server()
    {
        var chance = Chance.For(nameof(Random_requests_never_break_the_server));
        var store = await NewStoreAsync();
        for (var round = 0; round < (Chance.IsSoak ? 3_000 : 150); round++)
        {
            var body = chance.Next(3) switch
            {
                0 => Bytes(chance),
                1 => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Something(chance, 4))),
                _ => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?> { ["path"] = Something(chance, 2), ["content"] = Something(chance, 1) }),
            };
            var path = new[] { "", "/memories", "/memories/x", "/archive/", "/memory_versions/x/redact", "/commits" }[chance.Next(6)];
            var answer = await Api.PostBytesAsync((path == "/commits" ? "/ext" : "") + store + path, body);
            Assert.True(answer.Status is 200 or 400 or 404 or 405 or 409, $"{answer.Status} for {path}: {answer.Text}. {Chance.Replay}");
            if (answer.Status == 200) answer.Ok();
            else answer.Refused(answer.Status, answer.Body.GetProperty("error").Text("type"));
        }
    }

    private static byte[] Bytes(Random chance)
    {
        var bytes = new byte[chance.Next(60)];
        chance.NextBytes(bytes);
        return bytes;
    }

    private static object? Something(Random chance, int depth) => chance.Next(depth > 0 ? 9 : 6) switch
    {
        0 => null,
        1 => chance.Next(2) == 0,
        2 => chance.NextDouble() * 1e9,
        3 => chance.Next(),
        4 => "/" + chance.Next(50),
        5 => new string((char)chance.Next(1, 0xD800), chance.Next(5)),
        6 => Enumerable.Range(0, chance.Next(4)).Select(_ => Something(chance, depth - 1)).ToArray(),
        _ => Enumerable.Range(0, chance.Next(4)).Select(_ => Key(chance)).Distinct().ToDictionary(key => key, _ => Something(chance, depth - 1)),
    };

    private static string Key(Random chance)
    {
        string[] keys = ["name", "description", "metadata", "path", "content", "precondition", "type", "content_sha256", "changes", "commit_id", "atomic", "x"];
        return keys[chance.Next(keys.Length)];
    }

    private static void Refused400Or404(Answer answer)
    {
        if (answer.Status == 404) answer.NotFound();
        else answer.Invalid();
    }

    private static string Head(string method, string target) =>
        $"{method} {target} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {ServerProcess.Key}\r\nanthropic-version: {ApiClient.Version}\r\nanthropic-beta: {ApiClient.Beta}\r\n";
}
