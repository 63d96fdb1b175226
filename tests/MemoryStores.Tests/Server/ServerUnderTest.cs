using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MemoryStores.Engine.Access;
using MemoryStores.Server;
using MemoryStores.Server.Configuration;
using MemoryStores.Testing.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MemoryStores.Tests.Server;

/// <summary>The API as it is mapped for a server, over the in-memory engine and without a network: requests are handed to it.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    public const string Key = "test-key";

    private readonly Handed requests;

    public WebApplication App { get; }

    /// <summary>The names a request's endpoint asked its query for.</summary>
    public HashSet<string> Asked { get; } = [];

    private ServerUnderTest(WebApplication app, Handed requests)
    {
        (App, this.requests) = (app, requests);
    }

    public IEnumerable<RouteEndpoint> Routes =>
        ((IEndpointRouteBuilder)App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public static async Task<ServerUnderTest> StartAsync(params string[] arguments)
    {
        if (!Settings.TryRead(arguments, static _ => null, out var settings, out var problem) || !ServeOptions.TryMake(settings, out var options, out problem))
            throw new ArgumentException(problem, nameof(arguments));
        var engine = new InMemoryEngine(TimeProvider.System);
        await new EnsureAdminKey(engine).RunAsync(Key, CancellationToken.None);
        var requests = new Handed();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore().AddLogging().AddSingleton<IServer>(requests);
        var app = builder.Build();
        var server = new ServerUnderTest(app, requests);
        app.Use((http, next) =>
        {
            http.Features.Set<IQueryFeature>(new RecordedQuery(http.Request.QueryString.Value ?? "", server.Asked));
            return next(http);
        });
        Api.Map(app, engine, options, new byte[32]);
        await app.StartAsync();
        return server;
    }

    public async Task<(int Status, string Text)> SendAsync(string method, string target, string? body = null)
    {
        var (path, query) = target.Split('?') is [var before, var after] ? (before, "?" + after) : (target, "");
        var answer = new MemoryStream();
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Method = method, Path = path, QueryString = query, Protocol = "HTTP/1.1", Scheme = "http",
            Headers = new HeaderDictionary
            {
                ["Host"] = "localhost", ["x-api-key"] = Key, ["anthropic-version"] = "2023-06-01", ["anthropic-beta"] = "managed-agents-2026-04-01", // The one that opens every official route.
            },
            Body = new MemoryStream(Encoding.UTF8.GetBytes(body ?? "")),
        });
        if (body is not null) features.Get<IHttpRequestFeature>()!.Headers.ContentType = new MediaTypeHeaderValue("application/json").ToString();
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        await requests.HandAsync(features);
        return (features.Get<IHttpResponseFeature>()!.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }

    public async Task<JsonElement> JsonAsync(string method, string target, string? body = null)
    {
        var (status, text) = await SendAsync(method, target, body);
        Assert.True(status == 200, $"{method} {target}: {status} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync() => await App.DisposeAsync();

    /// <summary>A server whose requests come from the test itself.</summary>
    private sealed class Handed : IServer
    {
        private Func<IFeatureCollection, Task>? serve;

        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task HandAsync(IFeatureCollection request) => serve!(request);

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull
        {
            serve = async request =>
            {
                var context = application.CreateContext(request);
                await application.ProcessRequestAsync(context);
                application.DisposeContext(context, null);
            };
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    private sealed class RecordedQuery(string text, HashSet<string> asked) : IQueryFeature
    {
        public IQueryCollection Query { get; set; } = new Recorded(new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(text)), asked);

        private sealed class Recorded(QueryCollection inner, HashSet<string> asked) : IQueryCollection
        {
            public Microsoft.Extensions.Primitives.StringValues this[string key]
            {
                get
                {
                    asked.Add(key);
                    return inner[key];
                }
            }

            public int Count => inner.Count;

            public ICollection<string> Keys => inner.Keys;

            public bool ContainsKey(string key) => inner.ContainsKey(key);

            public bool TryGetValue(string key, out Microsoft.Extensions.Primitives.StringValues value) => inner.TryGetValue(key, out value);

            public IEnumerator<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> GetEnumerator() => inner.GetEnumerator();

            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
        }
    }
}
