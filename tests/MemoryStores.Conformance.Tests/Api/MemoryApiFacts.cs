using System.Text;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Api;

/// <summary>Sections 4, 5.7 and 5.9 to 5.11 of the contract: one memory.</summary>
public sealed class MemoryApiFacts(RunningServer server) : ApiFacts(server)
{
    private static readonly string[] Fields =
        ["content", "content_sha256", "content_size_bytes", "created_at", "id", "memory_store_id", "memory_version_id", "path", "type", "updated_at"];

    // Create

    [Fact]
    public async Task A_new_memory_has_all_its_fields_and_shows_its_content_only_when_asked()
    {
        var store = await NewStoreAsync();

        var basic = (await Api.PostAsync(store + "/memories", new { path = "/preferences/formatting.md", content = "test" })).Ok();
        var full = (await Api.PostAsync(store + "/memories?view=full", new { path = "/other", content = "héllo" })).Ok();

        Assert.Equal(Fields, basic.FieldNames());
        Assert.Matches(Shapes.MemoryId, basic.Text("id"));
        Assert.Equal("memory", basic.Text("type"));
        Assert.EndsWith(basic.Text("memory_store_id"), store, StringComparison.Ordinal);
        Assert.Matches(Shapes.VersionId, basic.Text("memory_version_id"));
        Assert.Equal("/preferences/formatting.md", basic.Text("path"));
        Assert.True(basic.IsNull("content"));
        Assert.Equal("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", basic.Text("content_sha256"));
        Assert.Equal(4, basic.GetProperty("content_size_bytes").GetInt32());
        Assert.Matches(Shapes.Time, basic.Text("created_at"));
        Assert.Equal(basic.Text("created_at"), basic.Text("updated_at"));
        Assert.Equal(Fields, full.FieldNames());
        Assert.Equal("héllo", full.Text("content"));
        Assert.Equal(6, full.GetProperty("content_size_bytes").GetInt32());
    }

    [Fact]
    public async Task A_memory_is_retrieved_with_its_content_unless_the_basic_view_is_asked_for()
    {
        var store = await NewStoreAsync();
        var made = (await Api.PostAsync(store + "/memories?view=full", new { path = "/a", content = "text" })).Ok();
        var url = $"{store}/memories/{made.Text("id")}";

        Assert.Equal(made.GetRawText(), (await Api.GetAsync(url)).Ok().GetRawText());
        Assert.Equal(made.GetRawText(), (await Api.GetAsync(url + "?view=full")).Ok().GetRawText());
        Assert.Equal(made.GetRawText(), (await Api.GetAsync(url + "?view=")).Ok().GetRawText());
        Assert.True((await Api.GetAsync(url + "?view=basic")).Ok().IsNull("content"));
    }

    [Fact]
    public async Task A_view_of_another_name_is_refused_and_nothing_is_done()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "text")).Text("id")}";

        (await Api.GetAsync(url + "?view=FULL")).Invalid();
        (await Api.PostAsync(url + "?view=all", new { content = "new" })).Invalid();
        (await Api.PostAsync(store + "/memories?view=all", new { path = "/b", content = "" })).Invalid();
        (await Api.GetAsync(store + "/memories?view=none")).Invalid();

        Assert.Equal("text", (await Api.GetAsync(url)).Ok().Text("content"));
        Assert.Single((await Api.GetAsync(store + "/memories")).Ok().Data());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n windows \r\n")]
    [InlineData("\uFEFFbegins with a BOM")]
    [InlineData("decomposed e\u0301 and Å \u212B")]
    [InlineData("nul \0, bell \a, escape \u001b, delete \u007f, \u0085, \u2028\u2029")]
    [InlineData("emoji 👩‍👩‍👧 and beyond 𝄞")]
    [InlineData("  spaces   and tabs\t\t ")]
    [InlineData("""quotes " and \ and </script> and {"json":null}""")]
    [InlineData("\u200B\u202E\uFFFD\uFFFE\uFFFF")]
    public async Task Content_comes_back_as_it_was_sent(string content)
    {
        var store = await NewStoreAsync();

        var made = (await Api.PostAsync(store + "/memories?view=full", new { path = "/a", content })).Ok();

        Assert.Equal(content, made.Text("content"));
        Assert.Equal(ApiClient.Hash(content), made.Text("content_sha256"));
        Assert.Equal(Encoding.UTF8.GetByteCount(content), made.GetProperty("content_size_bytes").GetInt32());
        Assert.Equal(content, (await Api.GetAsync($"{store}/memories/{made.Text("id")}")).Ok().Text("content"));
    }

    [Fact]
    public async Task Content_of_any_characters_comes_back_as_it_was_sent()
    {
        var chance = Chance.For(nameof(Content_of_any_characters_comes_back_as_it_was_sent));
        var store = await NewStoreAsync();
        for (var round = 0; round < (Chance.IsSoak ? 500 : 25); round++)
        {
            var content = string.Concat(Enumerable.Range(0, chance.Next(0, 300)).Select(_ => AnyRune(chance).ToString()));

            var made = await Api.MemoryAsync(store, $"/{round}", content);

            var read = (await Api.GetAsync($"{store}/memories/{made.Text("id")}")).Ok();
            Assert.True(content == read.Text("content"), $"Round {round}: {Chance.Replay}");
            Assert.Equal(ApiClient.Hash(content), read.Text("content_sha256"));
        }
    }

    [Fact]
    public async Task Content_may_have_102400_bytes_and_not_one_more()
    {
        var store = await NewStoreAsync();
        var memory = (await Api.MemoryAsync(store, "/ascii", new string('x', 102_400))).Text("id");
        await Api.MemoryAsync(store, "/three-byte", new string('€', 34_133) + "x");
        // Six bytes on the wire for each: over 600,000 in all.
        await Api.MemoryAsync(store, "/escaped", new string('\u0001', 102_400));

        (await Api.PostAsync(store + "/memories", new { path = "/a", content = new string('x', 102_401) })).Invalid();
        (await Api.PostAsync(store + "/memories", new { path = "/a", content = new string('€', 34_134) })).Invalid();
        (await Api.PostAsync($"{store}/memories/{memory}", new { content = new string('x', 102_401) })).Invalid();

        Assert.Equal(3, (await Api.GetAsync(store + "/memories")).Ok().Data().Count());
        Assert.Single((await Api.GetAsync($"{store}/memory_versions?memory_id={memory}")).Ok().Data());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"path":"/a"}""")]
    [InlineData("""{"content":"text"}""")]
    [InlineData("""{"path":"/a","content":null}""")]
    [InlineData("""{"path":null,"content":"text"}""")]
    [InlineData("""{"path":"/a","content":5}""")]
    [InlineData("""{"path":"/a","content":["text"]}""")]
    [InlineData("""{"path":["/a"],"content":"text"}""")]
    [InlineData("""{"path":"/a","content":"text","view":"full"}""")]
    [InlineData("""{"path":"/a","content":"text","precondition":{"type":"content_sha256","content_sha256":"0"}}""")]
    [InlineData("""{"path":"/a","Content":"text"}""")]
    public async Task A_create_has_path_and_content_and_nothing_else(string body)
    {
        var store = await NewStoreAsync();

        (await Api.PostTextAsync(store + "/memories", body)).Invalid();

        Assert.Empty((await Api.GetAsync(store + "/memories")).Ok().Data());
        Assert.Empty((await Api.GetAsync(store + "/memory_versions")).Ok().Data());
    }

    // Paths

    public static TheoryData<string> GoodPaths => new(
        "/a", "/notes.md", "/with space", "/ leading", "/trailing ", "/...", "/..a", "/a..", "/.hidden", "/%2e%2e", "/%", "/a_b", "/*", "/?", "/#",
        "/back\\slash", "/\"quoted\"", "/'", "/`$(x)`", "/<b>&amp;", "/-rf", "/~", "/Ünïcödé", "/日本", "/é", "/한글", "/🌳", "/\uE000", "/\U0010FFFD", "/\u0378",
        "/a\u00A0b", "/a\u3000b", "/\uFFFC", "/\uFFFD", "/\uFFFE", "/below/.anthropic-memory-store", "/.anthropic-memory-store.md",
        "/" + string.Join('/', Enumerable.Repeat("s", 20)),
        "/" + new string('x', 1_023),
        "/" + new string('x', 255) + "/" + new string('y', 256),
        "/x" + new string('é', 511),
        "/" + new string('x', 3) + string.Concat(Enumerable.Repeat("🌳", 255)));

    [Theory]
    [MemberData(nameof(GoodPaths))]
    public async Task A_path_within_the_rules_is_kept_byte_for_byte(string path)
    {
        var store = await NewStoreAsync();

        var made = await Api.MemoryAsync(store, path);

        Assert.Equal(path, made.Text("path"));
        Assert.Equal(path, (await Api.GetAsync($"{store}/memories/{made.Text("id")}")).Ok().Text("path"));
        Assert.Equal([path], (await Api.ListAsync(store + "/memories")).Each("path"));
    }

    public static TheoryData<string> BadPaths => new(
        "", "/", "a", "a/b", "notes.md", "./a", "//", "//a", "/a//b", "/a/", "/a/b/", "/.", "/..", "/./a", "/../a", "/a/.", "/a/..", "/a/../b", "/a/./b",
        "/\0", "/a\nb", "/a\tb", "/\r", "/\u001f", "/\u007f", "/\u0080", "/\u0085", "/\u009f",
        "/soft\u00ADhyphen", "/\u0600", "/\u0605", "/\u061C", "/\u06DD", "/\u070F", "/\u08E2", "/\u180E", "/\u200B", "/\u200C", "/\u200D", "/\u200E", "/\u200F", "/\u202A", "/\u202E",
        "/\u2060", "/\u2064", "/\u2066", "/\u206F", "/\uFEFF", "/\uFFF9", "/\U000110BD", "/\U0001D173", "/\U0001D17A", "/\U000E0001", "/\U000E0020", "/\U000E007F",
        "/\u2028", "/\u2029", "/👩\u200D👧",
        "/e\u0301", "/\u212B", "/\u1100\u1161", "/a\u0323\u0307x\u0307\u0323", "/\uF900", "/\u0340",
        "/.anthropic-memory-store",
        "/" + string.Join('/', Enumerable.Repeat("s", 21)),
        "/" + new string('x', 1_024),
        "/" + new string('é', 512),
        "/" + string.Concat(Enumerable.Repeat("🌳", 256)));

    [Theory]
    [MemberData(nameof(BadPaths))]
    public async Task A_path_against_the_rules_is_refused_on_create_and_on_rename(string path)
    {
        var store = await NewStoreAsync();
        var memory = await Api.MemoryAsync(store, "/good", "text");

        (await Api.PostAsync(store + "/memories", new { path, content = "" })).Invalid();
        (await Api.PostAsync($"{store}/memories/{memory.Text("id")}", new { path, content = "new" })).Invalid();

        Assert.Equal(["/good"], (await Api.ListAsync(store + "/memories")).Each("path"));
        Assert.Equal("text", (await Api.GetAsync($"{store}/memories/{memory.Text("id")}")).Ok().Text("content"));
    }

    // Occupied paths

    [Theory]
    [InlineData("/notes", "/notes")]
    [InlineData("/notes", "/notes/todo.md")]
    [InlineData("/notes", "/notes/a/b/c")]
    [InlineData("/notes/todo.md", "/notes")]
    [InlineData("/a/b/c/d", "/a")]
    [InlineData("/a/b/c/d", "/a/b/c")]
    public async Task A_path_at_above_or_below_a_memory_is_taken(string there, string wanted)
    {
        var store = await NewStoreAsync();
        var first = await Api.MemoryAsync(store, there, "text");
        var other = await Api.MemoryAsync(store, "/elsewhere", "text");

        var onCreate = (await Api.PostAsync(store + "/memories", new { path = wanted, content = "text" })).PathConflict();
        var onRename = (await Api.PostAsync($"{store}/memories/{other.Text("id")}", new { path = wanted, content = "new" })).PathConflict();

        foreach (var error in new[] { onCreate, onRename })
        {
            Assert.Equal(there, error.Text("conflicting_path"));
            Assert.Equal(first.Text("id"), error.Text("conflicting_memory_id"));
        }
        var unmoved = (await Api.GetAsync($"{store}/memories/{other.Text("id")}")).Ok();
        Assert.Equal(("/elsewhere", "text"), (unmoved.Text("path"), unmoved.Text("content")));
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    [Theory]
    [InlineData("/a", "/ab")]
    [InlineData("/a", "/a.md")]
    [InlineData("/a/b", "/a_b/x")]
    [InlineData("/a_b", "/axb/c")]
    [InlineData("/a%", "/ab/c")]
    [InlineData("/a*", "/ab")]
    [InlineData("/notes", "/Notes")]
    [InlineData("/notes/x", "/NOTES")]
    [InlineData("/ä", "/Ä/x")]
    [InlineData("/a", "/a ")]
    [InlineData("/a/b", "/a\\b")]
    [InlineData("/a.b/c", "/a/b")]
    [InlineData("/a!b", "/a/b")]
    public async Task Paths_of_other_segments_do_not_exclude_each_other(string first, string second)
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, first);
        await Api.MemoryAsync(store, second);

        var back = await NewStoreAsync();
        await Api.MemoryAsync(back, second);
        await Api.MemoryAsync(back, first);
    }

    [Fact]
    public async Task A_path_is_free_again_once_its_memory_is_deleted_or_moved_and_a_new_memory_there_has_a_new_id()
    {
        var store = await NewStoreAsync();
        var first = await Api.MemoryAsync(store, "/a");
        (await Api.DeleteAsync($"{store}/memories/{first.Text("id")}")).Ok();
        var second = await Api.MemoryAsync(store, "/a");
        (await Api.PostAsync($"{store}/memories/{second.Text("id")}", new { path = "/b" })).Ok();
        var third = await Api.MemoryAsync(store, "/a/below");

        Assert.Equal(3, new[] { first, second, third }.Each("id").Distinct().Count());
        (await Api.GetAsync($"{store}/memories/{first.Text("id")}")).NotFound();
    }

    // Update

    [Fact]
    public async Task An_update_of_content_and_path_is_one_version_and_keeps_the_id()
    {
        var store = await NewStoreAsync();
        var made = await Api.MemoryAsync(store, "/a", "one");
        var url = $"{store}/memories/{made.Text("id")}";

        var updated = (await Api.PostAsync(url + "?view=full", new { path = "/b/c", content = "two" })).Ok();

        Assert.Equal(Fields, updated.FieldNames());
        Assert.Equal(made.Text("id"), updated.Text("id"));
        Assert.Equal(("/b/c", "two"), (updated.Text("path"), updated.Text("content")));
        Assert.Equal(ApiClient.Hash("two"), updated.Text("content_sha256"));
        Assert.Equal(made.Text("created_at"), updated.Text("created_at"));
        Assert.True(string.CompareOrdinal(updated.Text("updated_at"), made.Text("updated_at")) > 0);
        Assert.NotEqual(made.Text("memory_version_id"), updated.Text("memory_version_id"));
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
        Assert.Equal(updated.GetRawText(), (await Api.GetAsync(url)).Ok().GetRawText());
    }

    [Fact]
    public async Task Fields_an_update_leaves_out_or_sends_as_null_stay()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "one")).Text("id")}";

        var moved = (await Api.PostTextAsync(url + "?view=full", """{"path":"/b","content":null,"precondition":null}""")).Ok();
        Assert.Equal(("/b", "one"), (moved.Text("path"), moved.Text("content")));
        var edited = (await Api.PostTextAsync(url + "?view=full", """{"path":null,"content":""}""")).Ok();
        Assert.Equal(("/b", ""), (edited.Text("path"), edited.Text("content")));
        Assert.True((await Api.PostTextAsync(url, """{"content":"three"}""")).Ok().IsNull("content"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"content":null}""")]
    [InlineData("""{"content":null,"path":null}""")]
    [InlineData("""{"precondition":{"type":"content_sha256","content_sha256":"{hash}"}}""")]
    [InlineData("""{"content":5}""")]
    [InlineData("""{"content":"new","path":5}""")]
    [InlineData("""{"content":"new","id":"mem_x"}""")]
    [InlineData("""{"content":"new","precondition":"{hash}"}""")]
    [InlineData("""{"content":"new","precondition":{}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"content_sha256"}}""")]
    [InlineData("""{"content":"new","precondition":{"content_sha256":"{hash}"}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"not_exists","content_sha256":"{hash}"}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"content_sha256","content_sha256":null}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"content_sha256","content_sha256":""}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"content_sha256","content_sha256":"{HASH}"}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"content_sha256","content_sha256":"{hash}0"}}""")]
    [InlineData("""{"content":"new","precondition":{"type":"content_sha256","content_sha256":"{hash}","more":1}}""")]
    public async Task A_malformed_update_is_refused_and_changes_nothing(string body)
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "text")).Text("id")}";
        var before = (await Api.GetAsync(url)).Text;
        var hash = ApiClient.Hash("text");

        (await Api.PostTextAsync(url, body.Replace("{hash}", hash).Replace("{HASH}", hash.ToUpperInvariant()))).Invalid();

        Assert.Equal(before, (await Api.GetAsync(url)).Text);
    }

    [Fact]
    public async Task An_update_with_the_hash_of_the_stored_content_lands_and_with_another_is_lost()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "one")).Text("id")}";
        (await Api.PostAsync(url, new { content = "two", precondition = ApiClient.Precondition(ApiClient.Hash("one")) })).Ok();

        (await Api.PostAsync(url, new { content = "three", precondition = ApiClient.Precondition(ApiClient.Hash("one")) })).PreconditionFailed();

        Assert.Equal("two", (await Api.GetAsync(url)).Ok().Text("content"));
        Assert.Equal(2, (await Api.ListAsync(store + "/memory_versions")).Count);
    }

    [Fact]
    public async Task A_precondition_speaks_of_the_content_also_when_only_the_path_changes()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "one")).Text("id")}";

        (await Api.PostAsync(url, new { path = "/b", precondition = ApiClient.Precondition(ApiClient.Hash("/a")) })).PreconditionFailed();
        (await Api.PostAsync(url, new { path = "/b", precondition = ApiClient.Precondition(ApiClient.Hash("one")) })).Ok();

        Assert.Equal("/b", (await Api.GetAsync(url)).Ok().Text("path"));
    }

    [Fact]
    public async Task An_update_to_what_is_stored_already_is_done_even_with_a_stale_hash()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "one")).Text("id")}";
        var before = (await Api.GetAsync(url)).Text;
        var stale = ApiClient.Precondition(ApiClient.Hash("something else"));

        foreach (var body in new object[]
        {
            new { content = "one" }, new { path = "/a" }, new { content = "one", path = "/a" },
            new { content = "one", precondition = stale }, new { path = "/a", precondition = stale },
        })
        {
            Assert.Equal(before, (await Api.PostAsync(url + "?view=full", body)).Text);
        }
        Assert.Single(await Api.ListAsync(store + "/memory_versions"));
    }

    [Fact]
    public async Task A_stale_hash_is_told_before_an_occupied_path()
    {
        var store = await NewStoreAsync();
        await Api.MemoryAsync(store, "/taken");
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a", "one")).Text("id")}";

        (await Api.PostAsync(url, new { path = "/taken", precondition = ApiClient.Precondition(ApiClient.Hash("other")) })).PreconditionFailed();
        (await Api.PostAsync(url, new { path = "/taken", precondition = ApiClient.Precondition(ApiClient.Hash("one")) })).PathConflict();
    }

    [Fact]
    public async Task A_memory_moves_below_and_above_its_own_path()
    {
        var store = await NewStoreAsync();
        var url = $"{store}/memories/{(await Api.MemoryAsync(store, "/a/b", "one")).Text("id")}";

        foreach (var path in new[] { "/a/b/c", "/a", "/a/b/c/d", "/A", "/a" })
            Assert.Equal(path, (await Api.PostAsync(url, new { path })).Ok().Text("path"));
    }

    [Fact]
    public async Task A_directory_that_its_last_memory_left_is_free()
    {
        var store = await NewStoreAsync();
        var (first, second) = (await Api.MemoryAsync(store, "/dir/one"), await Api.MemoryAsync(store, "/dir/two"));
        (await Api.PostAsync($"{store}/memories/{first.Text("id")}", new { path = "/out" })).Ok();

        (await Api.PostAsync(store + "/memories", new { path = "/dir", content = "" })).PathConflict();
        (await Api.DeleteAsync($"{store}/memories/{second.Text("id")}")).Ok();
        await Api.MemoryAsync(store, "/dir");
    }

    // Delete

    [Fact]
    public async Task A_deleted_memory_is_gone_and_its_versions_stay()
    {
        var store = await NewStoreAsync();
        var made = await Api.MemoryAsync(store, "/a", "one");
        var url = $"{store}/memories/{made.Text("id")}";

        var deleted = (await Api.DeleteAsync(url)).Ok();

        Assert.Equal(["id", "type"], deleted.FieldNames());
        Assert.Equal((made.Text("id"), "memory_deleted"), (deleted.Text("id"), deleted.Text("type")));
        (await Api.GetAsync(url)).NotFound();
        (await Api.PostAsync(url, new { content = "new" })).NotFound();
        (await Api.DeleteAsync(url)).NotFound();
        (await Api.DeleteAsync($"{url}?expected_content_sha256={made.Text("content_sha256")}")).NotFound();
        Assert.Empty((await Api.GetAsync(store + "/memories")).Ok().Data());
        Assert.Equal("one", (await Api.GetAsync($"{store}/memory_versions/{made.Text("memory_version_id")}")).Ok().Text("content"));
    }

    [Fact]
    public async Task A_delete_may_say_which_content_it_expects()
    {
        var store = await NewStoreAsync();
        var made = await Api.MemoryAsync(store, "/a", "one");
        var url = $"{store}/memories/{made.Text("id")}";
        var hash = made.Text("content_sha256");

        (await Api.DeleteAsync($"{url}?expected_content_sha256={ApiClient.Hash("other")}")).PreconditionFailed();
        (await Api.DeleteAsync($"{url}?expected_content_sha256={hash[1..]}")).Invalid();
        (await Api.DeleteAsync($"{url}?expected_content_sha256={hash.ToUpperInvariant()}")).Invalid();
        (await Api.DeleteAsync($"{url}?expected_content_sha256=none")).Invalid();
        Assert.Equal("one", (await Api.GetAsync(url)).Ok().Text("content"));
        (await Api.DeleteAsync($"{url}?expected_content_sha256={hash}")).Ok();
    }

    [Fact]
    public async Task A_memory_is_not_found_by_way_of_another_store()
    {
        var (store, other) = (await NewStoreAsync(), await NewStoreAsync());
        var id = (await Api.MemoryAsync(store, "/a", "one")).Text("id");

        (await Api.GetAsync($"{other}/memories/{id}")).NotFound();
        (await Api.PostAsync($"{other}/memories/{id}", new { content = "new" })).NotFound();
        (await Api.DeleteAsync($"{other}/memories/{id}")).NotFound();

        Assert.Equal("one", (await Api.GetAsync($"{store}/memories/{id}")).Ok().Text("content"));
    }

    [Theory]
    [InlineData("mem_01BejcL6L48nPdsSQMRmQQ1r")]
    [InlineData("nonsense")]
    [InlineData("memver_01JShQ1pdoW3aLj7EeBqu5Ax")]
    [InlineData("a%2Fb")]
    public async Task An_id_of_no_memory_is_not_found_whatever_it_looks_like(string id)
    {
        var store = await NewStoreAsync();

        (await Api.GetAsync($"{store}/memories/{id}")).NotFound();
        (await Api.PostAsync($"{store}/memories/{id}", new { content = "new" })).NotFound();
        (await Api.DeleteAsync($"{store}/memories/{id}")).NotFound();
    }

    [Fact]
    public async Task Parameters_in_the_query_that_nobody_knows_are_ignored()
    {
        var store = await NewStoreAsync();
        var made = (await Api.PostAsync(store + "/memories?beta=true&colour=red", new { path = "/a", content = "one" })).Ok();

        (await Api.PostAsync($"{store}/memories/{made.Text("id")}?beta=true", new { content = "two" })).Ok();
        (await Api.GetAsync($"{store}/memories/{made.Text("id")}?beta=true&order=asc")).Ok();
        (await Api.DeleteAsync($"{store}/memories/{made.Text("id")}?beta=true&expected_content_sha256=")).Ok();
    }

    private static Rune AnyRune(Random chance)
    {
        while (true)
        {
            var code = chance.Next(4) switch { 0 => chance.Next(0x80), 1 => chance.Next(0x800), 2 => chance.Next(0x10000), _ => chance.Next(0x110000) };
            if (Rune.IsValid(code)) return new Rune(code);
        }
    }
}
