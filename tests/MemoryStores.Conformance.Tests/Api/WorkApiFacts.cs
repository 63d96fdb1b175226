using System.Buffers.Text;
using System.Text.Json;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>The work queue of a self-hosted environment as a worker speaks to it.</summary>
public sealed class WorkApiFacts(RunningServer server) : SessionApiBase(server)
{
    private static readonly string[] Fields =
        ["acknowledged_at", "created_at", "data", "environment_id", "id", "latest_heartbeat_at", "metadata", "secret", "started_at", "state", "stop_requested_at", "stopped_at", "type"];

    [Fact]
    public async Task A_worker_polls_takes_beats_and_stops()
    {
        var (work, key, session) = await QueueAsync();
        var item = (await GetAsync(work + "/poll?block_ms=999", key)).Ok();
        Assert.Equal(Fields, item.FieldNames());
        Assert.Equal(("session", session.Text("id"), "queued"), (item.GetProperty("data").Text("type"), item.GetProperty("data").Text("id"), item.Text("state")));
        var token = JsonDocument.Parse(Base64Url.DecodeFromChars(item.Text("secret"))).RootElement.Text("sessions_token");
        var url = $"{work}/{item.Text("id")}";
        Assert.Equal(JsonValueKind.Null, (await GetAsync(work + "/poll", key)).Ok().ValueKind);

        Assert.Equal("starting", (await PostAsync(url + "/ack", null, key)).Ok().Text("state"));
        var beat = (await PostAsync(url + "/heartbeat?expected_last_heartbeat=NO_HEARTBEAT&desired_ttl_seconds=5", null, token)).Ok();
        Assert.Equal(["last_heartbeat", "lease_extended", "state", "ttl_seconds", "type"], beat.FieldNames());
        Assert.Equal(("work_heartbeat", "active", 5, true), (beat.Text("type"), beat.Text("state"), beat.GetProperty("ttl_seconds").GetInt32(), beat.GetProperty("lease_extended").GetBoolean()));
        var lost = await PostAsync(url + "/heartbeat?expected_last_heartbeat=NO_HEARTBEAT", null, token);
        var details = lost.Refused(412, "invalid_request_error").GetProperty("details");
        Assert.Equal("heartbeat_precondition_failed", details.Text("error_code"));
        Assert.Equal((beat.Text("last_heartbeat"), "active", false), (details.GetProperty("current_state").Text("last_heartbeat"), details.GetProperty("current_state").Text("state"), details.GetProperty("current_state").GetProperty("lease_extended").GetBoolean()));
        (await PostAsync($"{url}/heartbeat?expected_last_heartbeat={Uri.EscapeDataString(beat.Text("last_heartbeat"))}", null, token)).Ok();

        Assert.Equal("stopping", (await PostAsync(url + "/stop", null, key)).Ok().Text("state"));
        Assert.Equal("stopped", (await PostAsync(url + "/stop", """{"force":true}""", token)).Ok().Text("state"));
        (await PostAsync(url + "/stop", """{"force":true}""", token)).Refused(409, "conflict_error");
        Assert.Equal(JsonValueKind.Null, (await GetAsync(url)).Ok().GetProperty("secret").ValueKind);
        Assert.Equal(item.Text("id"), (await GetAsync(work, key)).Ok().Data().Single().Text("id"));
    }

    [Fact]
    public async Task Its_owner_looks_at_it_and_others_do_not()
    {
        var (work, key, _) = await QueueAsync();
        var id = (await GetAsync(work, key)).Ok().Data().Single().Text("id");
        Assert.Equal("7", (await PostAsync($"{work}/{id}", """{"metadata":{"host":"7"}}""")).Ok().GetProperty("metadata").Text("host"));
        var stats = (await GetAsync(work + "/stats")).Ok();
        Assert.Equal(["depth", "oldest_queued_at", "pending", "type", "workers_polling"], stats.FieldNames());
        Assert.Equal((1, 0), (stats.GetProperty("depth").GetInt32(), stats.GetProperty("pending").GetInt32()));

        foreach (var path in new[] { work + "/stats", $"{work}/{id}", Sessions, ApiClient.Stores, "/v1/environments" }) (await GetAsync(path, key)).Refused(403, "permission_error");
        var (other, _, _) = await QueueAsync();
        (await GetAsync(other + "/poll", key)).NotFound();
        (await PostAsync($"{work}/work_none/ack", null, key)).NotFound();
        foreach (var odd in new[] { "block_ms=0", "block_ms=1000", "block_ms=x", "reclaim_older_than_ms=-1" }) (await GetAsync($"{work}/poll?{odd}", key)).Invalid();
        (await PostAsync($"{work}/{id}/heartbeat?desired_ttl_seconds=0", null, key)).Invalid();
        (await PostAsync($"{work}/{id}/stop", """{"now":true}""", key)).Invalid();
    }

    private async Task<(string Work, string Key, JsonElement Session)> QueueAsync()
    {
        var environment = await EnvironmentAsync("""{"type":"self_hosted"}""");
        var key = (await PostAsync($"/ext/v1/environments/{environment}/keys")).Ok().Text("token");
        var session = (await PostAsync(Sessions, await FieldsAsync(environment: environment))).Ok();
        return ($"{Environments}/{environment}/work", key, session);
    }
}
