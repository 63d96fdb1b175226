using MemoryStores.Dreaming;
using MemoryStores.Dreaming.Checking;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Tests.Dreaming;

/// <summary>Builds a dream's input in a few words, dreams, and lets the checker have its say.</summary>
internal sealed class Dreamt
{
    private readonly List<InputMemory> memories = [];
    private readonly List<InputSession> sessions = [];
    private string? instructions;

    public DreamInput Input => new(memories, sessions, instructions);

    public static DateTimeOffset Day(int day) => new DateTimeOffset(2031, 3, 1, 9, 0, 0, TimeSpan.Zero).AddDays(day - 1);

    /// <summary>A memory written on a day of March 2031.</summary>
    public Dreamt With(string path, string content, int day = 1)
    {
        memories.Add(new InputMemory(path, content, $"v-{path}", Day(day), Day(day)));
        return this;
    }

    /// <summary>A session of a day: "agent:" begins what the agent says, "tool:" a result, "call:" a call of bash, "fails:" a failed result; all else the user says.</summary>
    public Dreamt Said(int day, params string[] messages) => SaidBy(null, day, messages);

    public Dreamt SaidBy(string? user, int day, params string[] messages)
    {
        var events = new List<InputEvent>();
        var call = "";
        for (var i = 0; i < messages.Length; i++)
        {
            var (id, at) = ($"sevt_{sessions.Count}_{i}", Day(day).AddMinutes(i + 1));
            var (kind, text) = messages[i].Split(':', 2) is [("agent" or "tool" or "call" or "fails") and var word, var rest] ? (word, rest.TrimStart()) : ("user", messages[i]);
            if (kind == "call") call = id;
            events.Add(kind switch
            {
                "agent" => new InputEvent(id, Sender.Agent, text, at),
                "call" => new InputEvent(id, Sender.ToolCall, $$"""{"command": "{{text}}"}""", at, "bash"),
                "tool" => new InputEvent(id, Sender.ToolResult, text, at, CallId: call),
                "fails" => new InputEvent(id, Sender.ToolResult, text, at, CallId: call, IsError: true),
                _ => new InputEvent(id, Sender.User, text, at),
            });
        }
        sessions.Add(new InputSession($"sesn_{sessions.Count}", "", Day(day), events, user));
        return this;
    }

    public Dreamt Asked(string text)
    {
        instructions = text;
        return this;
    }

    /// <summary>The output; fails the test where the checker refuses it.</summary>
    public DreamOutput Run()
    {
        var output = new OfflineDreamer().Dream(Input);
        Assert.Empty(LedgerChecker.Check(Input, output.Memories, output.Ledger));
        return output;
    }

    /// <summary>All text of the output but an index.</summary>
    public string Text() => string.Join('\n', Run().Memories.Where(memory => memory.Path != "/index.md").Select(memory => memory.Content));

    public string File(string path) => Run().Memories.Single(memory => memory.Path == path).Content;

    public static Fate FateOf(DreamOutput output, string path, int start) =>
        output.Ledger.Single(line => line.From is Origin.OfMemory from && from.Path == path && from.Start == start).Fate;
}
