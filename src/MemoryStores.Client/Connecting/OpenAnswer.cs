namespace MemoryStores.Client;

/// <summary>A success whose body is still arriving. It holds its connection until it is disposed.</summary>
internal sealed class OpenAnswer(HttpResponseMessage response, ServerAddress server, Func<HttpResponseMessage, ApiException> notOurs) : IDisposable
{
    public async Task<LineReader> LinesAsync(TimeSpan silence, CancellationToken stop) =>
        new(await response.Content.ReadAsStreamAsync(stop), server, silence);

    public ServerUnreachableException CutOff() => new(server, "the answer was cut off before its end");

    public ApiException NotOurs() => notOurs(response);

    public void Dispose() => response.Dispose();
}
