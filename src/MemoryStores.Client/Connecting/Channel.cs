using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Client;

/// <summary>One request of the API. <see cref="Repeatable"/>: done twice it does no more than once.</summary>
internal sealed record Call(HttpMethod Method, string Path)
{
    public byte[]? Body { get; init; }
    public bool Repeatable { get; init; } = Method == HttpMethod.Get;

    /// <summary>The word for anthropic-beta where it is not that of memory stores; a request has one of them.</summary>
    public string? Beta { get; init; }

    /// <summary>How long the server was asked to wait before it answers.</summary>
    public TimeSpan Wait { get; init; }

    public static Call Get(string path) => new(HttpMethod.Get, path);
    public static Call Post(string path) => new(HttpMethod.Post, path);
    public static Call Post<T>(string path, T body, JsonTypeInfo<T> type) =>
        new(HttpMethod.Post, path) { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };
    public static Call Delete(string path) => new(HttpMethod.Delete, path);
}

/// <summary>
/// Sends calls and reads answers: the headers, the envelope of errors, and the few repetitions that are safe. What can be
/// repeated is: after 429 and 503, and after a connection that broke while the answer was awaited.
/// </summary>
internal sealed class Channel : IDisposable
{
    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    // A server that asks for more is better heard by the caller.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient http;
    private readonly TimeProvider time;

    public Channel(Connection connection, HttpMessageHandler handler, TimeProvider time)
    {
        (Server, this.time, Patience, Silence) = (connection.Server, time, connection.Patience, connection.Silence);
        // Each call has a patience of its own: HttpClient's would end a long poll that waits as it was told.
        http = new HttpClient(handler) { BaseAddress = connection.Server.BaseUrl, Timeout = Timeout.InfiniteTimeSpan };
        var headers = http.DefaultRequestHeaders;
        if (connection.Key is { } key) headers.TryAddWithoutValidation("x-api-key", key);
        headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        headers.TryAddWithoutValidation("anthropic-beta", "agent-memory-2026-07-22");
        headers.TryAddWithoutValidation("user-agent", connection.UserAgent);
    }

    public ServerAddress Server { get; }
    public TimeSpan Patience { get; }
    public TimeSpan Silence { get; }

    public Task<Answer<T>> SendAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken stop) =>
        RepeatAsync(call, patience => SendOnceAsync(call, type, patience), stop);

    /// <summary>Sends a call whose answer comes in pieces: the headers are awaited here, the body is read as it arrives.</summary>
    public Task<OpenAnswer> OpenAsync(Call call, string mediaType, CancellationToken stop) =>
        RepeatAsync(call, patience => OpenOnceAsync(call, mediaType, patience), stop);

    private async Task<T> RepeatAsync<T>(Call call, Func<CancellationToken, Task<T>> send, CancellationToken stop)
    {
        for (var (attempt, pause) = (1, FirstPause); ; attempt++, pause *= 2)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Patience + call.Wait);
            try
            {
                return await send(patience.Token);
            }
            catch (ApiException busy) when (call.Repeatable && attempt < Tries && busy.Status is 429 or 503)
            {
                if (busy.RetryAfter > LongestPause) throw;
                await Task.Delay(busy.RetryAfter ?? pause, time, stop);
            }
            catch (HttpRequestException broken) when (call.Repeatable && attempt < Tries && WasCutOff(broken))
            {
                await Task.Delay(pause, time, stop);
            }
            catch (HttpRequestException unreachable)
            {
                throw new ServerUnreachableException(Server, Why(unreachable), unreachable);
            }
            catch (OperationCanceledException silent) when (!stop.IsCancellationRequested)
            {
                throw new ServerUnreachableException(Server, $"no answer within {(Patience + call.Wait).TotalSeconds:0} s", silent);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<Answer<T>> SendOnceAsync<T>(Call call, JsonTypeInfo<T> type, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Method, call.Path);
        if (call.Beta is { } beta) request.Headers.TryAddWithoutValidation("anthropic-beta", beta);
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = Json;
        }
        using var response = await http.SendAsync(request, stop);
        var json = await response.Content.ReadAsByteArrayAsync(stop);
        if (!response.IsSuccessStatusCode) throw Refusal(response, json);
        try
        {
            return new Answer<T>(JsonSerializer.Deserialize(json, type) ?? throw new JsonException("The answer is null."), json);
        }
        catch (JsonException)
        {
            throw NotOurs(response);
        }
    }

    private async Task<OpenAnswer> OpenOnceAsync(Call call, string mediaType, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(call.Method, call.Path);
        request.Headers.Accept.ParseAdd(mediaType);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        try
        {
            if (!response.IsSuccessStatusCode) throw Refusal(response, await response.Content.ReadAsByteArrayAsync(stop));
            if (response.Content.Headers.ContentType?.MediaType != mediaType) throw NotOurs(response);
            return new OpenAnswer(response, Server, NotOurs);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private ApiException Refusal(HttpResponseMessage response, byte[] json)
    {
        ErrorBody? error;
        try
        {
            error = JsonSerializer.Deserialize(json, WireJson.Wire.ErrorBody);
        }
        catch (JsonException)
        {
            error = null;
        }
        if (error?.Error is not { Type: not null, Message: not null } detail) return NotOurs(response);
        return new ApiException((int)response.StatusCode, detail.Type, detail.Message)
        {
            ConflictingPath = detail.ConflictingPath,
            ConflictingMemoryId = detail.ConflictingMemoryId,
            ErrorCode = detail.Details?.ErrorCode,
            Change = detail.Details?.Change,
            RequestId = error.RequestId ?? RequestId(response),
            RetryAfter = RetryAfter(response),
        };
    }

    private ApiException NotOurs(HttpResponseMessage response) =>
        new((int)response.StatusCode, ApiException.NotOurs,
            $"{Server} answered {(int)response.StatusCode} with something that is not of this API; is it the address of a memory server?")
        {
            RequestId = RequestId(response),
            RetryAfter = RetryAfter(response),
        };

    private static string? RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("request-id", out var values) ? values.FirstOrDefault() : null;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds >= 0)
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue));
        var wait = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The connection stood and broke: the request may have been carried out.</summary>
    private static bool WasCutOff(HttpRequestException broken) =>
        broken.HttpRequestError is HttpRequestError.ResponseEnded
        || (broken.HttpRequestError is HttpRequestError.Unknown && broken.InnerException is IOException);

    private static string Why(HttpRequestException unreachable) => unreachable.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its host name is not known",
        HttpRequestError.SecureConnectionError when unreachable.InnerException is AuthenticationException => "its certificate is not trusted",
        HttpRequestError.SecureConnectionError => "no secure connection came about",
        HttpRequestError.ResponseEnded => "the connection broke before the answer",
        _ => unreachable.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
            SocketException socket => Lower(socket.Message),
            var other => Lower(other.Message),
        },
    };

    private static string Lower(string sentence) =>
        sentence.Length == 0 ? "the connection failed" : char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');
}
