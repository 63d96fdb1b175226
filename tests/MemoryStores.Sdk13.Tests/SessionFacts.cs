using Anthropic;
using Anthropic.Models.Beta.Agents;
using Anthropic.Models.Beta.Environments;
using Anthropic.Models.Beta.Sessions;
using Anthropic.Models.Beta.Sessions.Events;
using MemoryStores.Testing;

namespace MemoryStores.Sdk.Tests;

/// <summary>The official C# SDK's services for sessions and events, against the real program.</summary>
public sealed class SessionFacts
{
    [Fact]
    public async Task A_session_with_a_store_is_made_spoken_to_followed_and_deleted()
    {
        using var directory = new TemporaryDirectory();
        await using var server = await ServerProcess.StartAsync(directory.File("data"));
        using var client = new AnthropicClient { BaseUrl = server.Url.ToString().TrimEnd('/'), ApiKey = ServerProcess.Key };
        var (sessions, events) = (client.Beta.Sessions, client.Beta.Sessions.Events);
        var store = await client.Beta.MemoryStores.Create(new() { Name = "Team Notes" });
        var agent = await client.Beta.Agents.Create(new() { Name = "Mail", Model = new BetaManagedAgentsModelConfigParams("claude-opus-4-8") });
        var environment = await client.Beta.Environments.Create(new EnvironmentCreateParams { Name = "Office" });

        var made = await sessions.Create(new()
        {
            Agent = agent.ID, EnvironmentID = environment.ID, Title = "Monday",
            Resources = [new BetaManagedAgentsMemoryStoreResourceParam { MemoryStoreID = store.ID, Instructions = "Read this." }],
        });

        Assert.StartsWith("sesn_", made.ID, StringComparison.Ordinal);
        Assert.Equal((agent.ID, "Monday"), (made.Agent.ID, made.Title));
        Assert.Equal(made.ID, (await sessions.Retrieve(made.ID)).ID);
        var listed = new List<string>();
        await foreach (var one in (await sessions.List(new() { MemoryStoreID = store.ID })).Paginate()) listed.Add(one.ID);
        Assert.Equal([made.ID], listed);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var stream = events.StreamStreaming(made.ID, cancellationToken: deadline.Token).GetAsyncEnumerator(deadline.Token);
        var next = stream.MoveNextAsync().AsTask();
        // What was said before the stream was open it does not tell, and this SDK does not tell when it is: so speak until it is heard.
        do await events.Send(made.ID, new() { Events = [new BetaManagedAgentsUserMessageEventParams { Content = [new BetaManagedAgentsTextBlock { Text = "Good morning." }] }] });
        while (!next.IsCompleted);
        Assert.True(await next);
        Assert.NotNull(stream.Current);
        var read = (await events.List(made.ID)).Items.Select(one => one.Json.GetProperty("type").GetString()).ToList();
        Assert.Equal("session.error", read[0]);
        Assert.Equal("user.message", read[^1]);

        Assert.NotNull((await sessions.Archive(made.ID)).ArchivedAt);
        Assert.Equal(made.ID, (await sessions.Delete(made.ID)).ID);
    }
}
