using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>/ext/v1/memory_stores/{id}/changes as a stream of server-sent events.</summary>
public sealed class ChangeStreamFacts(RunningServer server) : ApiFacts(server)
{
    [Fact]
    public async Task It_begins_with_its_headers_and_a_heartbeat_that_says_where_the_store_ends()
    {
        var store = await NewStoreAsync();

        using var stream = await OpenAsync(store);

        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", stream.Response.Headers.CacheControl!.ToString());
        Assert.Matches(Shapes.RequestId, stream.Response.Headers.GetValues("request-id").Single());
        var beat = (await stream.NextAsync())!;
        Assert.Equal(("heartbeat", await CursorAsync(store)), (beat.Name, beat.Id));
        Assert.Equal(["cursor", "head_seq", "type"], beat.Data.FieldNames());
        Assert.Equal(("heartbeat", beat.Id, 1), (beat.Data.Text("type"), beat.Data.Text("cursor"), beat.Data.GetProperty("head_seq").GetInt64()));
    }

    [Fact]
    public async Task It_tells_the_backlog_then_beats_then_tells_what_happens()
    {
        var store = await NewStoreAsync();
        var start = await CursorAsync(store);
        for (var i = 0; i < 250; i += 50)
            (await Api.PostAsync("/ext" + store + "/commits", new { changes = Enumerable.Range(i, 50).Select(n => new { type = "create", path = $"/{n}", content = "" }) })).Ok();

        using var stream = await OpenAsync(store, start);

        for (var seq = 2; seq <= 251; seq++)
        {
            var told = (await stream.NextAsync())!;
            Assert.Equal(("change", seq), (told.Name, told.Seq));
            Assert.StartsWith($"{seq}-", told.Id, StringComparison.Ordinal);
        }
        Assert.Equal("heartbeat", (await stream.NextAsync())!.Name);
        await Api.MemoryAsync(store, "/more");
        var live = await stream.NextAsync("change");
        Assert.Equal((252, await CursorAsync(store)), (live.Seq, live.Id));
        var polled = (await Api.GetAsync(ApiClient.With($"/ext{store}/changes", "after", start) + "&limit=1000")).Ok().Data().Last();
        Assert.Equal(polled.GetRawText(), live.Data.GetRawText());
    }

    [Fact]
    public async Task It_beats_again_while_nothing_happens()
    {
        var store = await NewStoreAsync();
        using var stream = await OpenAsync(store);
        for (var i = 0; i < 2; i++) Assert.Equal("heartbeat", (await stream.NextAsync())!.Name);
    }

    [Fact]
    public async Task The_last_event_id_wins_over_after_and_continues_without_a_gap_or_a_repeat()
    {
        var store = await NewStoreAsync();
        var start = await CursorAsync(store);
        for (var i = 0; i < 4; i++) await Api.MemoryAsync(store, $"/{i}");
        string last;
        using (var first = await OpenAsync(store, start))
        {
            await first.NextAsync("change");
            last = (await first.NextAsync("change")).Id;
        }

        using var again = await OpenAsync(store, start, last);

        Assert.Equal(4, (await again.NextAsync("change")).Seq);
        Assert.Equal(5, (await again.NextAsync("change")).Seq);
    }

    [Fact]
    public async Task A_contradicted_cursor_is_told_and_the_stream_goes_on_behind_the_head()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/a");
        foreach (var (cursor, reason) in new[] { ("1-0123456789abcdef", "contradicted_cursor"), ("77-0123456789abcdef", "unknown_cursor") })
        {
            using var stream = await OpenAsync(store, cursor);
            var reset = (await stream.NextAsync())!;
            Assert.Equal(("reset", reason), (reset.Name, reset.Data.Text("reason")));
            Assert.NotEmpty(reset.Data.Text("message"));
            Assert.Equal((await CursorAsync(store), reset.Id), (reset.Id, reset.Data.Text("cursor")));
            await stream.NextAsync("heartbeat");
            var memory = await Api.MemoryAsync(store, "/" + reason);
            Assert.Equal(memory.Text("id"), (await stream.NextAsync("change")).Data.Text("memory_id"));
        }
    }

    [Fact]
    public async Task An_archived_store_says_so_and_a_deleted_one_ends_its_streams()
    {
        var store = await NewStoreAsync();
        using var stream = await OpenAsync(store);
        await stream.NextAsync("heartbeat");

        (await Api.PostAsync(store + "/archive")).Ok();
        var archived = await stream.NextAsync("change");
        Assert.Equal(("store_changed", "archived"), (archived.Data.Text("type"), archived.Data.Text("operation")));
        (await Api.DeleteAsync(store)).Ok();

        var deleted = await stream.NextAsync("deleted");
        Assert.Equal((archived.Id, archived.Id), (deleted.Id, deleted.Data.Text("cursor")));
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task A_revoked_keys_stream_ends_soon()
    {
        var store = await NewStoreAsync();
        var key = (await Api.PostAsync("/ext/v1/keys", new { name = "r", role = "read" })).Ok();
        using var stream = await OpenAsync(store, key: key.Text("key"));
        await stream.NextAsync("heartbeat");

        (await Api.PostAsync($"/ext/v1/keys/{key.Text("id")}/revoke")).Ok();

        Assert.Equal("key_ended", (await stream.NextAsync("resume")).Data.Text("reason"));
        Assert.Null(await stream.NextAsync());
        Assert.Equal(401, (int)(await OpenAsync(store, key: key.Text("key"))).Response.StatusCode);
    }

    [Fact]
    public async Task A_directorys_key_hears_its_own_and_its_heartbeats_pass_over_the_rest()
    {
        var store = await NewStoreAsync();
        var key = (await Api.PostAsync("/ext/v1/keys", new { name = "n", role = "read", path_prefix = "/team/" })).Ok().Text("key");
        using var stream = await OpenAsync(store, key: key);
        await stream.NextAsync("heartbeat");

        await Api.MemoryAsync(store, "/other");
        Assert.StartsWith("2-", (await stream.NextAsync("heartbeat")).Id, StringComparison.Ordinal);
        var mine = await Api.MemoryAsync(store, "/team/a");

        Assert.Equal(mine.Text("id"), (await stream.NextAsync("change")).Data.Text("memory_id"));
    }

    private Task<SentEvents> OpenAsync(string store, string? after = null, string? lastEventId = null, string key = ServerProcess.Key) =>
        SentEvents.OpenAsync(Server.Process.Url, store, after, lastEventId, key);

    private async Task<string> CursorAsync(string store) => (await Api.GetAsync($"/ext{store}/changes")).Ok().Text("cursor");
}
