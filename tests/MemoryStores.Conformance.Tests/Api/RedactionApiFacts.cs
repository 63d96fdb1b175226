using System.Text;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Section 5.14 of the contract: a version's content taken away for good.</summary>
public sealed class RedactionApiFacts(RunningServer server) : ApiFacts(server)
{
    private static readonly string[] Emptied = ["path", "content", "content_sha256", "content_size_bytes"];
    private static readonly string[] Set = ["redacted_at", "redacted_by"];

    [Fact]
    public async Task A_redacted_version_keeps_its_place_and_loses_path_content_hash_and_size()
    {
        var (store, old, _) = await TwoVersionsAsync("one", "two");
        var before = (await Api.GetAsync(old)).Ok();

        var redacted = (await Api.PostAsync(old + "/redact")).Ok();

        Assert.Equal(VersionApiFacts.Fields, redacted.FieldNames());
        Assert.All(Emptied, field => Assert.True(redacted.IsNull(field), field));
        Assert.Matches(Shapes.Time, redacted.Text("redacted_at"));
        Assert.Equal("api_actor", redacted.GetProperty("redacted_by").Text("type"));
        Assert.Matches(Shapes.KeyId, redacted.GetProperty("redacted_by").Text("api_key_id"));
        foreach (var field in VersionApiFacts.Fields.Except(Emptied).Except(Set))
            Assert.Equal(before.GetProperty(field).GetRawText(), redacted.GetProperty(field).GetRawText());
        Assert.Equal(redacted.GetRawText(), (await Api.GetAsync(old)).Ok().GetRawText());
        Assert.Equal(redacted.GetRawText(), (await Api.GetAsync(old + "?view=basic")).Ok().GetRawText());
        var listed = await Api.ListAsync(store + "/memory_versions?view=full");
        Assert.Equal(2, listed.Count);
        Assert.Equal(redacted.GetRawText(), listed[1].GetRawText());
    }

    [Fact]
    public async Task Redacting_again_answers_the_same_and_with_an_empty_object_too()
    {
        var (_, old, _) = await TwoVersionsAsync("one", "two");

        var first = (await Api.PostAsync(old + "/redact", new { })).Ok();

        Assert.Equal(first.GetRawText(), (await Api.PostAsync(old + "/redact")).Ok().GetRawText());
        (await Api.PostAsync(old + "/redact", new { reason = "secret" })).Invalid();
    }

    [Fact]
    public async Task The_current_version_of_a_living_memory_is_not_redacted()
    {
        var (store, old, head) = await TwoVersionsAsync("one", "two");

        (await Api.PostAsync(head + "/redact")).Invalid();

        Assert.Equal("two", (await Api.GetAsync(head)).Ok().Text("content"));
        var memory = (await Api.GetAsync(old)).Ok().Text("memory_id");
        Assert.Equal("two", (await Api.GetAsync($"{store}/memories/{memory}")).Ok().Text("content"));
    }

    [Fact]
    public async Task An_older_version_with_the_bytes_of_the_current_one_is_redacted_and_the_current_one_stays()
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", "same");
        var url = $"{store}/memories/{memory.Text("id")}";
        (await Api.PostAsync(url, new { content = "between" })).Ok();
        (await Api.PostAsync(url, new { content = "same" })).Ok();

        (await Api.PostAsync($"{store}/memory_versions/{memory.Text("memory_version_id")}/redact")).Ok();

        Assert.Equal("same", (await Api.GetAsync(url)).Ok().Text("content"));
        Assert.Equal(["same", "between", null],
            (await Api.ListAsync(store + "/memory_versions?view=full")).Select(version => version.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Every_version_of_a_deleted_memory_is_redacted()
    {
        var (store, old, head) = await TwoVersionsAsync("one", "two");
        var memory = (await Api.GetAsync(old)).Ok().Text("memory_id");
        (await Api.DeleteAsync($"{store}/memories/{memory}")).Ok();
        var deletion = (await Api.ListAsync(store + "/memory_versions?operation=deleted")).Single().Text("id");

        foreach (var version in new[] { old, head, $"{store}/memory_versions/{deletion}" })
            Assert.All(Emptied, field => Assert.True(Api.PostAsync(version + "/redact").Result.Ok().IsNull(field), field));

        var left = await Api.ListAsync(store + "/memory_versions?view=full");
        Assert.Equal(["deleted", "modified", "created"], left.Each("operation"));
        Assert.All(left, version => Assert.False(version.IsNull("redacted_at")));
        Assert.Equal(3, (await Api.ListAsync($"{store}/memory_versions?memory_id={memory}")).Count);
    }

    [Fact]
    public async Task Erased_bytes_and_their_hash_are_in_no_file_of_the_server()
    {
        var (path, secret) = ("/" + Guid.NewGuid(), "secret " + Guid.NewGuid());
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, path, secret);
        var url = $"{store}/memories/{memory.Text("id")}";
        (await Api.PostAsync(url, new { path = "/renamed", content = "harmless" })).Ok();
        byte[][] traces = [Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(path), Convert.FromHexString(ApiClient.Hash(secret)), Encoding.ASCII.GetBytes(ApiClient.Hash(secret))];
        Assert.True(IsSomewhere(traces[0]) && IsSomewhere(traces[1]), "The search must find what is still there.");

        (await Api.PostAsync($"{store}/memory_versions/{memory.Text("memory_version_id")}/redact")).Ok();

        Assert.All(traces, trace => Assert.False(IsSomewhere(trace)));
    }

    [Fact]
    public async Task The_bytes_of_a_deleted_store_are_in_no_file_of_the_server()
    {
        var (name, path, secret) = ("name " + Guid.NewGuid(), "/" + Guid.NewGuid(), "secret " + Guid.NewGuid());
        var store = await NewStoreAsync(name);
        await Api.MemoryAsync(store, path, secret);
        byte[][] traces = [.. new[] { name, path, secret }.Select(Encoding.UTF8.GetBytes)];
        Assert.All(traces, trace => Assert.True(IsSomewhere(trace), "The search must find what is still there."));

        (await Api.DeleteAsync(store)).Ok();

        Assert.All(traces, trace => Assert.False(IsSomewhere(trace)));
    }

    // The lock file is empty, and held.
    private bool IsSomewhere(byte[] bytes) => Directory.EnumerateFiles(Server.Data, "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
        .Any(file =>
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(bytes) >= 0;
        });

    /// <summary>A store, and the URLs of the older and the current version of its one memory.</summary>
    private async Task<(string Store, string Old, string Head)> TwoVersionsAsync(string first, string second)
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/a", first);
        var changed = (await Api.PostAsync($"{store}/memories/{memory.Text("id")}", new { content = second })).Ok();
        return (store, $"{store}/memory_versions/{memory.Text("memory_version_id")}", $"{store}/memory_versions/{changed.Text("memory_version_id")}");
    }
}
