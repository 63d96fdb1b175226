using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Tests.Dreaming;

public sealed class DreamFacts
{
    [Fact]
    public void Nothing_to_do_changes_nothing()
    {
        var output = new Dreamt().With("/a.md", "- The kiln of Aster Pottery fires at 14:20.\n").Said(2, "Thanks!", "agent: You are welcome.").Run();
        Assert.True(output.Report.IsUnchanged);
        Assert.All(output.Ledger, line => Assert.Equal(Fate.Kept, line.Fate));
    }

    [Fact]
    public void The_same_said_in_other_words_stays_once()
    {
        var text = new Dreamt()
            .With("/a.md", "- Aster Pottery renews its lease on 4 May 2033.\n- The oven is blue.\n").With("/b.md", "- The lease of Aster Pottery is up for renewal on 2033-05-04.\n- Clay comes on Mondays.\n", day: 3).Text();
        Assert.Single(text.Split('\n'), line => line.Contains("Aster", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_subject_value_scope_or_a_negation_is_another_fact()
    {
        const string a = "- Aster Pottery pays 40 euros for clay.\n- Rowan Glass pays 40 euros for clay.\n- The staging kiln listens on port 8091.\n- Ines Farrow trusts Rowan Glass.\n";
        const string b = "- The production kiln listens on port 8091.\n- Ines Farrow does not trust Rowan Glass.\n";
        var dreamt = new Dreamt().With("/a.md", a).With("/b.md", b, day: 3);
        Assert.Equal(a, dreamt.File("/a.md"));
        Assert.Equal(b, dreamt.File("/b.md"));
    }

    [Fact]
    public void A_new_value_takes_the_old_ones_place_and_the_words_around_it_stay() =>
        Assert.Equal("# Kilns\n\n- Kiln seven is handled by Petra Lowe.\n- The port of kiln-proxy is 9155.\n",
            new Dreamt().With("/kilns.md", "# Kilns\n\n- Kiln seven is handled by Petra Lowe.\n- The port of kiln-proxy is 8044.\n").Said(4, "Small change: kiln-proxy listens on port 9155 now.").File("/kilns.md"));

    [Fact]
    public void A_name_told_as_the_former_one_makes_room_for_the_new_one() =>
        Assert.Equal("The drying racks are looked after by Otis Brand.\n",
            new Dreamt().With("/racks.md", "The drying racks are looked after by Petra Lowe.\n").Said(4, "Heads-up: Otis Brand looks after the drying racks these days, not Petra Lowe.").File("/racks.md"));

    [Fact]
    public void A_statement_written_later_stands_against_what_was_said_before() =>
        Assert.Equal("- The port of kiln-proxy is 7001.\n", new Dreamt().With("/k.md", "- The port of kiln-proxy is 7001.\n", day: 9).Said(4, "Note that kiln-proxy listens on port 9155.").File("/k.md"));

    [Fact]
    public void What_went_back_is_as_it_was()
    {
        const string note = "- The port of kiln-proxy is 8044.\n";
        var dreamt = new Dreamt().With("/k.md", note).Said(2, "kiln-proxy moved from port 8044 to 9155.").Said(5, "We reverted that: kiln-proxy listens on 8044 again.");
        Assert.Equal(note, dreamt.File("/k.md"));
        Assert.DoesNotContain("9155", dreamt.Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Maybe kiln-proxy will listen on port 9155 one day.")]
    [InlineData("Could kiln-proxy listen on port 9155?")]
    [InlineData("At Rowan Glass their own kiln-proxy listens on port 9155, but that's them, not us.")]
    [InlineData("It is a rumour that kiln-proxy listens on port 9155.")]
    [InlineData("The mail says: \"Please note that kiln-proxy listens on port 9155 from now on.\"")]
    [InlineData("Summarise this for me:\n> kiln-proxy listens on port 9155 now")]
    [InlineData("agent: I'll assume that kiln-proxy listens on port 9155.")]
    [InlineData("tool: kiln-proxy listens on port 9155 now")]
    public void Musing_asking_others_values_rumours_quotations_guesses_and_tools_change_nothing(string said)
    {
        const string note = "- The port of kiln-proxy is 8044.\n";
        var output = new Dreamt().With("/k.md", note).Said(4, said).Run();
        Assert.Equal(note, Assert.Single(output.Memories).Content);
    }

    [Fact]
    public void The_user_corrects_the_agent()
    {
        var text = new Dreamt().Said(2, "agent: As far as I can see, the port of kiln-proxy is 8044.", "No, that's wrong: the port of kiln-proxy is 9155.").Text();
        Assert.Contains("9155", text, StringComparison.Ordinal);
        Assert.DoesNotContain("8044", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_taken_back_leaves_and_the_ledger_says_on_whose_word()
    {
        var output = new Dreamt().With("/k.md", "- The port of kiln-proxy is 8044.\n- Clay comes from Rowan Glass.\n").Said(4, "Please forget the port of kiln-proxy, it no longer exists.").Run();
        Assert.Equal("- Clay comes from Rowan Glass.\n", output.Memories.Single(memory => memory.Path == "/k.md").Content);
        var line = Assert.Single(output.Ledger, line => line.Fate == Fate.Superseded);
        Assert.Equal("sevt_0_0", Assert.Single(line.Evidence).Event);
    }

    [Fact]
    public void A_composed_document_gets_only_its_stale_value_put_right()
    {
        var table = "---\ntitle: Kilns\n---\n\n# Kilns\n\nWe keep this page short.\n\n1. Heat.\n2. Wait.\n\n| kiln | port |\n|---|---|\n| kiln-proxy | 8044 |\n| dryer-proxy | 8045 |\n\nThe port of kiln-proxy is 8044. Nothing else changed here.";
        var content = new Dreamt().With("/guide.md", table.Replace("| kiln-proxy | 8044 |\n", "", StringComparison.Ordinal)).Said(3, "Heads-up: kiln-proxy listens on port 9155 these days, not 8044.").File("/guide.md");
        Assert.Equal(table.Replace("| kiln-proxy | 8044 |\n", "", StringComparison.Ordinal).Replace("is 8044", "is 9155", StringComparison.Ordinal), content);
    }

    [Fact]
    public void Durable_facts_come_over_and_chatter_and_tasks_do_not()
    {
        var text = new Dreamt().Said(2,
            "For the record: Ines Farrow signs the invoices of Rowan Glass.", "Ugh, my screen froze again.", "Please rename the file teapot.txt.", "Haha, good one", "Could you print page 12?", "agent: I have printed it.").Text();
        Assert.Contains("Ines Farrow signs the invoices of Rowan Glass.", text, StringComparison.Ordinal);
        foreach (var passing in new[] { "screen", "teapot", "Haha", "page 12", "printed" }) Assert.DoesNotContain(passing, text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wish_repeated_in_other_words_is_kept_once_and_a_task_repeated_is_not()
    {
        var text = new Dreamt()
            .Said(2, "Put the sums into a table, please.", "Close ticket nine for me.").Said(3, "Again as a table please.", "Close ticket nine for me.").Said(4, "A table would be nicer, like last time.", "Close ticket nine for me.").Text();
        Assert.Single(text.Split('\n'), line => line.Contains("table", StringComparison.Ordinal));
        Assert.DoesNotContain("ticket", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_call_and_its_repair_are_a_lesson()
    {
        var text = new Dreamt().Said(2, "call: press clay.cfg", "fails: press: too dry", "call: press --wet clay.cfg", "tool: pressed 4", "agent: press only works with --wet, dry clay is refused.").Text();
        Assert.Contains("--wet", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Relative_dates_become_absolute() =>
        Assert.Contains("2031-03-09", new Dreamt().Said(10, "For the record: Ines Farrow signed the lease of Rowan Glass yesterday.").Text(), StringComparison.Ordinal);

    [Fact]
    public void Personal_statements_of_several_people_are_not_mixed()
    {
        var mixed = new Dreamt().SaidBy("u1", 2, "Please remember that I am allergic to walnuts.").SaidBy("u2", 3, "Please remember that my desk is in room 12.");
        Assert.Empty(mixed.Run().Memories);
        var asked = new Dreamt().SaidBy("u1", 2, "Please remember that I am allergic to walnuts.").SaidBy("u2", 3, "Please remember that my desk is in room 12.").Asked("Keep facts about people.");
        Assert.Contains("walnuts", asked.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Instructions_are_followed_and_what_is_not_understood_is_told()
    {
        var output = new Dreamt().Asked("Never keep invoices. Put kilns under /workshop. Be wise.")
            .Said(2, "For the record: Ines Farrow signs the invoices of Rowan Glass.", "Note that the kilns of Rowan Glass are serviced by Petra Lowe.").Run();
        Assert.Equal(["Be wise."], output.Report.NotUnderstood);
        Assert.Equal("/workshop/learned.md", Assert.Single(output.Memories).Path);
        Assert.DoesNotContain("invoices", output.Memories[0].Content, StringComparison.Ordinal);
    }
}
