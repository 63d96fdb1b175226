using System.Text;
using MemoryStores.Dreaming;
using MemoryStores.Dreaming.Checking;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Tests.Dreaming;

public sealed class LedgerFacts
{
    private static Dreamt Sample() => new Dreamt()
        .With("/a.md", "# Ofen – größer\n\n- The port of kiln-proxy is 8044.\n- Clay comes from Rowan Glass.\n").With("/b.md", "Clay comes from Rowan Glass.\n", day: 2)
        .Said(4, "Change: kiln-proxy listens on port 9155 now.", "For the record: Ines Farrow signs the invoices.");

    [Fact]
    public void A_ledger_is_read_as_it_was_written()
    {
        var ledger = Sample().Run().Ledger;
        var written = LedgerFile.Write(ledger);
        Assert.Equal(written, LedgerFile.Write(LedgerFile.Read(written)));
        var first = Encoding.UTF8.GetString(written).Split('\n')[0];
        Assert.Equal("""{"id":"l1","from":{"memory_version":"v-/a.md","path":"/a.md","start":0,"end":19},"fate":"kept","to":[{"path":"/a.md","start":0,"end":19}],"evidence":[],"reason":"","trust":"memory"}""", first);
    }

    [Fact]
    public void A_line_that_is_none_is_told_by_its_number() =>
        Assert.Contains("line 2", Assert.Throws<FormatException>(() => LedgerFile.Read(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(LedgerFile.Write(Sample().Run().Ledger.Take(1))) + "{}\n"))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_checker_finds_what_is_lost_changed_invented_and_unaccounted_for()
    {
        var (input, output) = (Sample().Input, Sample().Run());
        Assert.Contains(Check(output.Memories, output.Ledger.Skip(1)), flaw => flaw.Contains("no line accounts", StringComparison.Ordinal));
        Assert.Contains(Check(output.Memories.Where(memory => memory.Path != "/a.md"), output.Ledger), flaw => flaw.Contains("not in the output", StringComparison.Ordinal));
        Assert.Contains(Check(output.Memories.Select(memory => memory with { Content = memory.Content + "Zanzibar.\n" }), output.Ledger), flaw => flaw.Contains("'zanzibar'", StringComparison.Ordinal));
        Assert.Contains(Check(output.Memories.Append(new OutputMemory("/c.md", "Clay.\n")), output.Ledger), flaw => flaw.Contains("/c.md is new", StringComparison.Ordinal));
        Assert.Contains(Check(output.Memories, output.Ledger.Append(output.Ledger[0] with { Id = "x" })), flaw => flaw.Contains("two lines", StringComparison.Ordinal));
        Assert.Contains(
            Check(output.Memories, output.Ledger.Select(line => line.Fate == Fate.Promoted ? line with { Trust = Trust.Tool } : line)), flaw => flaw.Contains("a tool said", StringComparison.Ordinal));

        IReadOnlyList<string> Check(IEnumerable<OutputMemory> memories, IEnumerable<LedgerLine> lines) => LedgerChecker.Check(input, [.. memories], [.. lines]);
    }

    [Fact]
    public void A_dream_that_takes_away_too_much_is_refused()
    {
        var input = new Dreamt().With("/a.md", string.Concat(Enumerable.Range(1, 40).Select(i => $"- Fact number {i} stands here.\n"))).Input;
        var kept = CheckedDream.Unchanged(input);
        Assert.Empty(LedgerChecker.Check(input, kept.Memories, kept.Ledger));
        var emptied = kept.Ledger.Select(line => line with { Fate = Fate.SetAside, To = [] }).ToList();
        Assert.Contains(LedgerChecker.Check(input, [], emptied), flaw => flaw.Contains("without a successor", StringComparison.Ordinal));
    }
}
