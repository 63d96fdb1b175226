// Memory for an agent, from C#: remember, read, change safely, look back, undo, forget.
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Beta.MemoryStores.Memories;
using Anthropic.Models.Beta.MemoryStores.MemoryVersions;

using var client = new AnthropicClient
{
    BaseUrl = Environment.GetEnvironmentVariable("MEMSTORES_URL") ?? "http://127.0.0.1:7878",
    ApiKey = Environment.GetEnvironmentVariable("MEMSTORES_API_KEY"),
};
var stores = client.Beta.MemoryStores;

// A store is one tree of memories: one for each agent, project or customer.
var store = (await stores.Create(new() { Name = "House", Description = "What we know about the house" })).ID;

try
{
    // Remember. A memory is text at a path; the answer names its version and the hash of its content.
    var roof = (await stores.Memories.Create(store, new() { Path = "/repairs/roof.md", Content = "Mended in May.\n" })).ID;
    await stores.Memories.Create(store, new() { Path = "/repairs/cellar.md", Content = "Dry.\n" });
    await stores.Memories.Create(store, new() { Path = "/people.md", Content = "The roofer is Ada.\n" });

    // Read it back. Retrieving gives the content unless you ask for the basic view.
    var read = await stores.Memories.Retrieve(roof, new() { MemoryStoreID = store });
    Console.WriteLine($"remembered: {read.Content!.Trim()}");

    // Change it only if it still is what we read: two agents that change a memory at once must not lose either's words.
    await AddAsync(read, "Leaks again in June.\n");

    // Another agent, who had read the same and comes late, is told so; it reads again and adds to what is there now.
    try
    {
        await AddAsync(read, "Costs 300.\n");
    }
    catch (AnthropicConflictException conflict)
    {
        Console.WriteLine($"refused: {conflict.Type?.Raw()}");
        await AddAsync(await stores.Memories.Retrieve(roof, new() { MemoryStoreID = store }), "Costs 300.\n");
    }

    // Look around. Depth 1 is one directory; what lies deeper shows as a memory_prefix.
    var directory = new List<string>();
    await foreach (var item in (await stores.Memories.List(store, new() { PathPrefix = "/", Depth = 1 })).Paginate()) directory.Add(item.Path);
    Console.WriteLine($"directory: {string.Join(", ", directory)}");

    // Look back, newest first. Every change is a version, and stays one.
    var versions = new List<BetaManagedAgentsMemoryVersion>();
    await foreach (var version in (await stores.MemoryVersions.List(store, new() { MemoryID = roof })).Paginate()) versions.Add(version);
    Console.WriteLine($"versions: {string.Join(", ", versions.Select(version => version.Operation.Raw()))}");

    // Undo: there is no special call for it, an old version's content is written back, and that is one more version.
    var first = await stores.MemoryVersions.Retrieve(versions[^1].ID, new() { MemoryStoreID = store });
    var undone = await stores.Memories.Update(roof, new() { MemoryStoreID = store, Content = first.Content, View = BetaManagedAgentsMemoryView.Full });
    Console.WriteLine($"undone: {undone.Content!.Trim()}");

    // Forget for good. What should never have been written is redacted: its place in history stays, its bytes do not.
    var redacted = await stores.MemoryVersions.Redact(versions[0].ID, new() { MemoryStoreID = store });
    Console.WriteLine($"redacted: content is {(redacted.Content is null ? "gone" : "there")}");
}
finally
{
    await stores.Delete(store);
}

// A memory as it was read, one text longer, if it still is what was read.
Task AddAsync(BetaManagedAgentsMemory memory, string text) => stores.Memories.Update(memory.ID, new()
{
    MemoryStoreID = memory.MemoryStoreID,
    Content = memory.Content + text,
    Precondition = new() { ContentSha256 = memory.ContentSha256 },
});
