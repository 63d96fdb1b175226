using System.Text.Json;
using MemoryStores.Cli.Transcripts;
using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

internal static class SessionSend
{
    private static readonly Option Interrupt = new("--interrupt", "ask the agent to stop what it does, instead of saying something");
    private static readonly Option Event = new("--event", "an event as a JSON object, or @FILE with it, instead of text") { Value = "JSON" };

    public static readonly Command Command = new()
    {
        Name = "session send",
        Summary = "Send a message to a session",
        Arguments = [Arguments.Session, new Argument("TEXT", "what to say; without it, standard input") { IsOptional = true }],
        Options = [Interrupt, Event],
        About = "No model runs here: a message waits for the program that runs the agent, and the session says so when none is attached.",
        Examples =
        [
            "memstores session send sesn_123 'Look after the roof.'",
            "memstores session send sesn_123 < question.md",
            "memstores session send sesn_123 --interrupt",
            "memstores session send sesn_123 --event @outcome.json",
        ],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var given = new[] { call.ArgumentOrNull(1) is not null, call.Has(Interrupt), call.Has(Event) }.Count(one => one);
        if (given > 1) throw call.BadUsage($"give one of TEXT, {Interrupt.Name} and {Event.Name}");
        var one = call.Has(Interrupt) ? StoredJson.FromStorage("""{"type":"user.interrupt"}""")
            : Options.Object(call, Event) ?? Message(call.ArgumentOrNull(1) ?? await InputAsync(call));
        var sent = await call.Client.Events.SendAsync(await WorkspaceNames.SessionAsync(call.Client, call.Argument(0)), [one]);
        if (call.IsJson)
        {
            call.PrintJson(sent.Json);
            return ExitCode.Done;
        }
        foreach (var answered in sent.Value.Data)
        {
            using var parsed = JsonDocument.Parse(answered.Text);
            var (id, isQueued) = (CleanJson.Text(parsed.RootElement, "id"u8) ?? "", CleanJson.Text(parsed.RootElement, "processed_at"u8) is null);
            call.Print(call.IsQuiet ? id : $"sent {id}{(isQueued ? ", queued until the program that runs the agent takes it" : "")}");
        }
        return ExitCode.Done;
    }

    private static StoredJson Message(string text) => CleanJson.Object(writer =>
    {
        writer.WriteString("type"u8, WireTypes.UserMessage);
        Blocks.WriteText(writer, text);
    });

    private static async Task<string> InputAsync(Invocation call)
    {
        if (call.Surroundings.InIsTerminal) call.Remark("Type the message; end it with Ctrl-D on a line of its own.");
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await call.Surroundings.In.ReadAsync(buffer) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
            if (read.Length > Limits.RequestBodyBytes) throw new CommandException(ExitCode.Failed, $"standard input is larger than {Limits.RequestBodyBytes:N0} bytes, more than one request holds");
        }
        return MemoryContent.TryFrom(read.ToArray()) is { } text
            ? System.Text.Encoding.UTF8.GetString(text.Utf8.Span)
            : throw new CommandException(ExitCode.Failed, "standard input is not UTF-8 text; convert it first (iconv -t UTF-8)");
    }
}
