// An agent with a memory. It answers what waits in a session, with file tools that reach the session's mounted stores and nothing
// else, and records what it does, so that the session's transcript tells it.
//
//     agent SESSION DIR        DIR has a mount of each of the session's stores: DIR/house for the one at /mnt/memory/house
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using MemoryStores.Samples.Agent;

if (args is not [var sessionId, var directory])
{
    Console.Error.WriteLine("agent SESSION DIR");
    return 2;
}
using var server = new AnthropicClient
{
    BaseUrl = Environment.GetEnvironmentVariable("MEMSTORES_URL") ?? "http://127.0.0.1:7878",
    ApiKey = Environment.GetEnvironmentVariable("MEMSTORES_API_KEY"),
};
// The model. Without more it is asked where ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY say.
using var model = new AnthropicClient();
using var record = new SessionRecord(server.BaseUrl, server.ApiKey!, sessionId);

// 1. What the session is: its agent, its stores, and what was said to it that nobody has answered.
var session = await server.Beta.Sessions.Retrieve(sessionId);
var memory = new MemoryFiles(directory, session.Resources.Select(resource => resource.Json).Where(resource => resource.GetProperty("type").GetString() == "memory_store"));
var waiting = new List<string>();
await foreach (var one in (await server.Beta.Sessions.Events.List(sessionId)).Paginate())
{
    if (one.Json.GetProperty("type").GetString() != "user.message" || one.Json.GetProperty("processed_at").ValueKind != JsonValueKind.Null) continue;
    waiting.AddRange(one.Json.GetProperty("content").EnumerateArray().Select(block => block.GetProperty("text").GetString()!));
}
if (waiting.Count == 0)
{
    Console.WriteLine("Nothing waits in this session.");
    return 0;
}

// 2. The agent's own prompt, and behind it the note that says where its memory is and how to use it.
var system = $"{session.Agent.System}\n\n{await record.PromptAsync()}";
var messages = new List<MessageParam> { new UserMessageParam { Content = string.Join("\n\n", waiting) } };
await record.AddAsync(new { type = "session.status_running" });
var end = "retries_exhausted"; // unless it comes to its end
try
{
    // 3. Ask, do what the model wants done, tell it what came of that, until it wants nothing more.
    while (true)
    {
        var answer = await model.Messages.Create(new MessageCreateParams
        {
            Model = session.Agent.Model.ID.Raw(), MaxTokens = 4_096, System = system, Messages = messages, Tools = MemoryFiles.Tools,
        });
        messages.Add(new AssistantMessageParam { Content = answer.Content.Select(block => new ContentBlockParam(block.Json)).ToList() });
        var results = new List<ContentBlockParam>();
        foreach (var block in answer.Content)
        {
            if (block.TryPickText(out var text))
            {
                Console.WriteLine(text.Text);
                await record.AddAsync(new { type = "agent.message", content = new[] { new { type = "text", text = text.Text } } });
            }
            if (!block.TryPickToolUse(out var use)) continue;
            // Recorded before it is done: a transcript that ends here says what was tried.
            await record.AddAsync(new { type = "agent.tool_use", id = use.ID, name = use.Name, input = use.Input });
            var (said, isError) = memory.Use(use.Name, use.Input);
            await record.AddAsync(new { type = "agent.tool_result", tool_use_id = use.ID, content = new[] { new { type = "text", text = said } }, is_error = isError });
            results.Add(new ToolResultBlockParam { ToolUseID = use.ID, Content = said, IsError = isError });
        }
        if (results.Count == 0) break;
        messages.Add(new UserMessageParam { Content = results });
    }
    end = "end_turn";
}
finally
{
    await record.AddAsync(new { type = "session.status_idle", stop_reason = new { type = end } });
}
return 0;
