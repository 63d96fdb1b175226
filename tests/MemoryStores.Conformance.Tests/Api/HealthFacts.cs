namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/healthz and /readyz, for whoever asks.</summary>
public sealed class HealthFacts(RunningServer server) : ApiFacts(server)
{
    [Theory]
    [InlineData("/healthz", "ok")]
    [InlineData("/readyz", "ready")]
    public async Task A_running_server_says_so_without_a_key(string path, string status)
    {
        var health = (await Api.SendAsync(new HttpRequestMessage(HttpMethod.Get, path))).Ok();

        Assert.Equal(status, health.Text("status"));
        Assert.True(health.IsNull("reason"));
    }
}
