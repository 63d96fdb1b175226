using System.Text;
using MemoryStores.Dreaming;
using MemoryStores.Dreaming.Checking;
using MemoryStores.Dreaming.Ledger;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Dreaming;

public sealed class SteadinessFacts
{
    private static readonly string[] Places = ["Aster Pottery", "Rowan Glass", "Juniper Press", "kiln-proxy", "dryer-proxy", "the north shed", "Lake House"];
    private static readonly string[] People = ["Ines Farrow", "Petra Lowe", "Otis Brand", "Mara Quill", "Theo Lindt"];

    [Fact]
    public void Order_of_files_and_sessions_does_not_matter()
    {
        var input = Story(Chance.For(nameof(Order_of_files_and_sessions_does_not_matter)), sessions: 5);
        var again = input with { Memories = [.. input.Memories.Reverse()], Sessions = [.. input.Sessions.Reverse()] };
        Assert.Equal(Bytes(new OfflineDreamer().Dream(input)), Bytes(new OfflineDreamer().Dream(again)));
    }

    [Fact]
    public void Dreaming_again_on_its_own_output_changes_nothing()
    {
        var chance = Chance.For(nameof(Dreaming_again_on_its_own_output_changes_nothing));
        for (var round = 0; round < 25; round++)
        {
            var input = Story(chance, sessions: 4);
            var first = new OfflineDreamer().Dream(input);
            var second = new OfflineDreamer().Dream(input with { Memories = AsInput(first.Memories, Dreamt.Day(60)) });
            Assert.True(second.Report.IsUnchanged, Difference(first.Memories, second.Memories) + Chance.Replay);
        }
    }

    [Fact]
    public void Ten_dreams_in_a_row_keep_what_nobody_spoke_of_and_add_little()
    {
        var chance = Chance.For(nameof(Ten_dreams_in_a_row_keep_what_nobody_spoke_of_and_add_little));
        const string untouched = "- The oak door of Cedar Hall was carved in 1804.\n- Nobody remembers who paid for the bell.\n";
        IReadOnlyList<InputMemory> store = [new("/hall.md", untouched, "v", Dreamt.Day(1), Dreamt.Day(1))];
        var (said, before) = (0, Size(store));
        for (var night = 0; night < 10; night++)
        {
            var sessions = Story(chance, sessions: 2, night).Sessions;
            said += sessions.Sum(session => session.Events.Sum(one => Encoding.UTF8.GetByteCount(one.Text)));
            var input = new DreamInput(store, sessions);
            var output = new OfflineDreamer().Dream(input);
            Assert.Empty(LedgerChecker.Check(input, output.Memories, output.Ledger));
            store = AsInput(output.Memories, Dreamt.Day(20 + (night * 3)));
            Assert.Equal(untouched, store.Single(memory => memory.Path == "/hall.md").Content);
        }
        var lines = store.SelectMany(memory => memory.Content.Split('\n')).Where(line => line.StartsWith("- ", StringComparison.Ordinal)).ToList();
        Assert.Equal(lines.Count, lines.Distinct(StringComparer.Ordinal).Count());
        Assert.True((Size(store) - before) * 10 <= said, $"{Size(store) - before} bytes were added out of {said}; {Chance.Replay}");
    }

    [Fact]
    public void Whatever_the_store_and_the_sessions_are_the_checker_accepts_the_dream()
    {
        var chance = Chance.For(nameof(Whatever_the_store_and_the_sessions_are_the_checker_accepts_the_dream));
        for (var round = 0; round < (Chance.IsSoak ? 2_000 : 120); round++)
        {
            var input = Hostile(chance);
            var output = new OfflineDreamer().Dream(input);
            var flaws = LedgerChecker.Check(input, output.Memories, output.Ledger);
            Assert.True(flaws.Count == 0, string.Join('\n', flaws.Take(5)) + "\n" + Chance.Replay);
            foreach (var memory in output.Memories.Where(memory => !input.Memories.Any(before => before.Path == memory.Path && before.Content.Contains("AKIA", StringComparison.Ordinal)))) Assert.DoesNotContain("AKIAQWERTYUIOPASDFGH", memory.Content, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_language_is_left_as_it_is()
    {
        const string german = "# Werkstatt\n\n- Der Ofen wird montags geheizt, und Petra Lowe kümmert sich darum.\n- Der Ton kommt am Freitag aus Rowan.\n";
        const string spanish = "El horno se enciende los lunes. La arcilla llega el viernes por la mañana.\n";
        var output = new Dreamt().With("/de.md", german).With("/es.md", spanish).Said(3, "Ab jetzt wird der Ofen dienstags geheizt, nicht montags.", "Olvida lo que dije del horno, ya no existe.", "agent: Verstanden.").Run();
        Assert.True(output.Report.IsUnchanged);
    }

    [Fact]
    public void Ten_times_the_sessions_take_about_ten_times_as_long()
    {
        _ = Time(20);
        var (few, many) = (Time(40), Time(400));
        Assert.True(many < (few * 40) + TimeSpan.FromSeconds(2), $"{few} for 40 sessions, {many} for 400");

        static TimeSpan Time(int sessions)
        {
            var input = Story(new Random(7), sessions);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            new OfflineDreamer().Dream(input);
            return watch.Elapsed;
        }
    }

    /// <summary>A store and sessions in which things are said, changed, asked and taken back.</summary>
    private static DreamInput Story(Random chance, int sessions, int night = 0)
    {
        string Pick(string[] of) => of[chance.Next(of.Length)];
        string Fact() => chance.Next(5) switch
        {
            0 => $"{Pick(Places)} is looked after by {Pick(People)}",
            1 => $"the rent of {Pick(Places)} is {chance.Next(100, 999)} euros",
            2 => $"{Pick(Places)} opens at {chance.Next(7, 12)}:30",
            3 => $"the inspection of {Pick(Places)} is on 2032-{chance.Next(1, 12):00}-{chance.Next(1, 28):00}",
            _ => $"{Pick(Places)} holds {chance.Next(20, 400)} crates",
        };
        var memories = Enumerable.Range(0, 4).Select(i => new InputMemory(
            $"/notes/{i}.md", $"# Notes {i}\n\n" + string.Concat(Enumerable.Range(0, chance.Next(1, 6)).Select(_ => $"- {Fact()}.\n")), $"v{i}", Dreamt.Day(i + 1), Dreamt.Day(i + 1))).ToList();
        var all = Enumerable.Range(0, sessions).Select(i =>
        {
            var at = Dreamt.Day(10 + i + (night * 3));
            var events = Enumerable.Range(0, 24).Select(k => new InputEvent($"sevt_{night}_{i}_{k}", k % 3 == 1 ? Sender.Agent : Sender.User, (k % 3, chance.Next(9)) switch
            {
                (1, _) => "I have drafted the letter as asked. It explains the delay at length, thanks everybody for waiting, and closes politely; shall I send it to the printer in the morning or wait?",
                (_, 0) => $"For the record: {Fact()}.",
                (_, 1) => $"Change of plan: {Fact()} now.",
                (_, 2) => $"Maybe {Fact()} one day.",
                (_, 3) => $"Could it be that {Fact()}?",
                (_, 4) => "Please print the second page of the brochure again, the colours came out far too pale and the margin is cut on the left side of the sheet.",
                (_, 5) => "What a long morning, the phone would not stop ringing and nobody found the keys.",
                _ => "Can you read through the draft of the speech once more and tell me whether the second half drags, especially the part about the harbour and the old lighthouse?",
            }, at.AddMinutes(k))).ToList();
            return new InputSession($"sesn_{night}_{i}", "", at, events);
        }).ToList();
        return new DreamInput(memories, all);
    }

    /// <summary>Scraps of markdown and of talk thrown together.</summary>
    private static DreamInput Hostile(Random chance)
    {
        string[] scraps =
        [
            "- ", "# H\n", "\n", "\n\n", "| a | b |\n", "```\ncode 1\n```\n", "> q\n", "1. ", "---\n", "The port of kiln-proxy is 8044. ", "kiln-proxy listens on port 9155 now. ", "Rowan Glass ", "forget the port of kiln-proxy. ", "not 8044, ", "é ", "😀 ",
            "AKIAQWERTYUIOPASDFGH ", "[[x]] ", "[a](b.md) ", "Ada: hi there, I went to Rome yesterday\n", "Bea: I bought 3 boats last week.\n", "never mind. ", "It's 7 now. ", "\u2028", "\t", "**", "“", "2031-04-05 ", "is back; ", "was ", "from A to B ", "For the record: ", "dream: ", "\r\n",
        ];
        string Text(int most) => string.Concat(Enumerable.Range(0, chance.Next(most)).Select(_ => scraps[chance.Next(scraps.Length)]));
        string[] paths = ["/a.md", "/index.md", "/x/b.md", "/learned.md", "/MEMORY.md", "/people/ada.md"];
        var memories = paths.Where(_ => chance.Next(2) == 0).Select((path, i) => new InputMemory(path, Text(30), $"v{i}", Dreamt.Day(1), Dreamt.Day(chance.Next(1, 9)))).ToList();
        var sessions = Enumerable.Range(0, chance.Next(4)).Select(i => new InputSession($"s{i}", "t", Dreamt.Day(i + 2), [.. Enumerable.Range(0, chance.Next(9)).Select(k =>
            new InputEvent($"e{i}_{k}", (Sender)chance.Next(4), Text(12), Dreamt.Day(i + 2).AddMinutes(k), "bash", $"e{i}_{k - 1}", chance.Next(3) == 0))])).ToList();
        return new DreamInput(memories, sessions);
    }

    private static List<InputMemory> AsInput(IReadOnlyList<OutputMemory> memories, DateTimeOffset at) =>
        [.. memories.Select(memory => new InputMemory(memory.Path, memory.Content, "v2", at, at))];

    private static int Size(IEnumerable<InputMemory> store) => store.Sum(memory => Encoding.UTF8.GetByteCount(memory.Content));

    private static string Bytes(DreamOutput output) =>
        string.Join('\n', output.Memories.Select(memory => memory.Path + "\n" + memory.Content)) + Encoding.UTF8.GetString(LedgerFile.Write(output.Ledger));

    private static string Difference(IReadOnlyList<OutputMemory> first, IReadOnlyList<OutputMemory> second) =>
        string.Join("\n", second.Where(memory => !first.Contains(memory)).Select(memory => $"{memory.Path}:\n{first.FirstOrDefault(other => other.Path == memory.Path)?.Content}\nbecame\n{memory.Content}\n"));
}
