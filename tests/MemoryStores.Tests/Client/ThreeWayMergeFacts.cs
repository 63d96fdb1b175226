using MemoryStores.Client.Merging;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Client;

public sealed class ThreeWayMergeFacts
{
    private const string Base = "one\ntwo\nthree\nfour\n";

    [Fact]
    public void What_one_side_changed_is_taken()
    {
        Assert.Equal(new Merged("ONE\ntwo\nthree\nFOUR\n", 0), ThreeWayMerge.Merge(Base, "ONE\ntwo\nthree\nfour\n", "one\ntwo\nthree\nFOUR\n"));
        Assert.Equal(new Merged("two\nthree\nfour\nfive\n", 0), ThreeWayMerge.Merge(Base, "two\nthree\nfour\n", Base + "five\n"));
    }

    [Fact]
    public void Neighbouring_lines_changed_by_each_side_do_not_clash() =>
        Assert.Equal(new Merged("one\nTWO\nTHREE\nfour\n", 0), ThreeWayMerge.Merge(Base, "one\nTWO\nthree\nfour\n", "one\ntwo\nTHREE\nfour\n"));

    [Fact]
    public void Lines_that_both_put_at_one_point_both_stay_and_the_heads_come_first()
    {
        Assert.Equal(new Merged(Base + "theirs\nours\n", 0), ThreeWayMerge.Merge(Base, Base + "theirs\n", Base + "ours\n"));
        Assert.Equal(new Merged("theirs\nours\n", 0), ThreeWayMerge.Merge("", "theirs\n", "ours\n"));
    }

    [Fact]
    public void What_both_changed_alike_is_taken_once()
    {
        Assert.Equal(new Merged("one\nTWO\nthree\nfour\n", 0), ThreeWayMerge.Merge(Base, "one\nTWO\nthree\nfour\n", "one\nTWO\nthree\nfour\n"));
        Assert.Equal(new Merged(Base + "five\n", 0), ThreeWayMerge.Merge(Base, Base + "five\n", Base + "five\n"));
    }

    [Fact]
    public void A_line_that_both_changed_differently_stands_between_markers_with_both_forms()
    {
        var merged = ThreeWayMerge.Merge(Base, "one\nTHEIRS\nthree\nfour\n", "one\nOURS\nthree\nfour\n", "their label", "our label");
        Assert.Equal(new Merged("one\n<<<<<<< our label\nOURS\n=======\nTHEIRS\n>>>>>>> their label\nthree\nfour\n", 1), merged);
        Assert.True(ThreeWayMerge.HasMarkers(merged.Text));
        Assert.False(ThreeWayMerge.HasMarkers("a setext heading\n=======\n"));
    }

    [Fact]
    public void An_edit_of_what_the_other_side_deleted_is_a_conflict() =>
        Assert.Equal(1, ThreeWayMerge.Merge(Base, "one\nfour\n", "one\nTWO\nthree\nfour\n").Conflicts);

    [Fact]
    public void Line_ends_stay_as_they_are()
    {
        Assert.Equal(new Merged("A\r\nb\r\nC", 0), ThreeWayMerge.Merge("a\r\nb\r\nc", "A\r\nb\r\nc", "a\r\nb\r\nC"));
        Assert.Equal(new Merged("a\nb", 0), ThreeWayMerge.Merge("a", "a\nb", "a"));
        Assert.Equal(new Merged("a\n", 0), ThreeWayMerge.Merge("a", "a", "a\n"));
        Assert.Equal(new Merged("", 0), ThreeWayMerge.Merge("a\n", "", "a\n"));
    }

    [Fact]
    public void Texts_with_nothing_in_common_are_still_merged_rightly()
    {
        var (old, head) = (Lines("old", 6_000), Lines("new", 6_000));
        Assert.Equal(new Merged(head, 0), ThreeWayMerge.Merge(old, head, old));
        Assert.Equal(new Merged(head, 0), ThreeWayMerge.Merge(old, old, head));
    }

    [Fact]
    public void Whatever_the_edits_nothing_that_one_side_alone_did_is_lost()
    {
        var chance = Chance.For(nameof(Whatever_the_edits_nothing_that_one_side_alone_did_is_lost));
        for (var round = 0; round < (Chance.IsSoak ? 20_000 : 2_000); round++)
        {
            var old = Text(chance, 12);
            var (head, mine) = (Edited(chance, old), Edited(chance, old));
            Assert.True(ThreeWayMerge.Merge(old, head, old) == new Merged(head, 0), Chance.Replay);
            Assert.True(ThreeWayMerge.Merge(old, old, mine) == new Merged(mine, 0), Chance.Replay);
            Assert.True(ThreeWayMerge.Merge(old, mine, mine) == new Merged(mine, 0), Chance.Replay);

            // A line written by one side for the first time is in the result, conflict or not.
            var merged = ThreeWayMerge.Merge(old, head, mine).Text.Split('\n');
            foreach (var line in head.Split('\n').Concat(mine.Split('\n')).Except(old.Split('\n')))
                Assert.True(merged.Contains(line), Chance.Replay);
        }
    }

    private static string Lines(string word, int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{word} {i}\n"));

    private static string Text(Random chance, int most) =>
        string.Concat(Enumerable.Range(0, chance.Next(most)).Select(_ => $"line {chance.Next(6)}\n"));

    private static string Edited(Random chance, string text)
    {
        var lines = text.Split('\n').ToList();
        for (var edits = chance.Next(4); edits > 0; edits--)
        {
            var at = chance.Next(lines.Count);
            if (chance.Next(3) == 0 && lines.Count > 1) lines.RemoveAt(at);
            else if (chance.Next(2) == 0) lines.Insert(at, $"new {chance.Next(1_000_000)}");
            else lines[at] = $"changed {chance.Next(1_000_000)}";
        }
        return string.Join('\n', lines);
    }
}
