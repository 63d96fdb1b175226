using System.Text;
using MemoryStores.Dreaming.Statements;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Dreaming;

public sealed class StatementFacts
{
    private const string Sample = """
        ---
        title: Boats
        tags:
          - sail
        ---

        # Boats

        The ketch leaks, e.g. at the bow. Mr. Holm mends it! Is it dry?

        - paint the hull
          and the deck
          - twice
        1. first coat

        | part | price |
        |---|---|
        | mast | 40 |

        > said somebody
        > long ago

        ```sh
        make boat

        ls
        ```
        Under
        =====
        """;

    [Fact]
    public void A_memory_is_cut_into_keys_headings_items_rows_quotes_code_and_sentences() =>
        Assert.Equal(
            [
                "FrontMatterKey:---\ntitle: Boats", "FrontMatterKey:tags:\n  - sail\n---", "Heading:# Boats", "Sentence:The ketch leaks, e.g. at the bow.", "Sentence:Mr. Holm mends it!", "Sentence:Is it dry?",
                "ListItem:- paint the hull\n  and the deck", "ListItem:- twice", "ListItem:1. first coat", "TableRow:| part | price |", "TableRow:|---|---|", "TableRow:| mast | 40 |",
                "BlockQuote:> said somebody\n> long ago", "CodeBlock:```sh\nmake boat\n\nls\n```", "Heading:Under\n=====",
            ],
            MemoryStatements.Of(Sample.ReplaceLineEndings("\n")).Select(statement => $"{statement.Kind}:{statement.In(Sample.ReplaceLineEndings("\n"))}"));

    [Fact]
    public void Sentences_of_one_paragraph_share_a_block()
    {
        var statements = MemoryStatements.Of("One here. Two here.\n\nThree.");
        Assert.Equal(statements[0].Block, statements[1].Block);
        Assert.NotEqual(statements[1].Block, statements[2].Block);
    }

    [Fact]
    public void Statements_and_the_white_space_between_them_are_the_memory_whatever_it_is()
    {
        var chance = Chance.For(nameof(Statements_and_the_white_space_between_them_are_the_memory_whatever_it_is));
        string[] parts = ["---\n", "# ", "- ", "1. ", "|", "```", "~~~\n", "> ", "\n", "\n\n", " ", "\t", "    ", "\r\n", "word", "A. B", "?!", "ß", "😀", "\u2028", "===\n", "---", ": ", "a|b|\n", "* *", "\u0000", "。次"];
        for (var round = 0; round < 3_000; round++)
        {
            var text = new StringBuilder();
            for (var i = chance.Next(40); i > 0; i--) text.Append(parts[chance.Next(parts.Length)]);
            AssertTiles(text.ToString());
        }
    }

    [Fact]
    public void Long_hostile_lines_take_linear_time()
    {
        foreach (var part in new[] { "`", "|", "- ", "# ", "> ", ". A", "---\n", "[[", "((", "1.1.", "a\n" })
        {
            var text = string.Concat(Enumerable.Repeat(part, 200_000 / part.Length));
            var watch = System.Diagnostics.Stopwatch.StartNew();
            AssertTiles(text);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"'{part}' took {watch.Elapsed}");
        }
    }

    private static void AssertTiles(string text)
    {
        var at = 0;
        foreach (var statement in MemoryStatements.Of(text))
        {
            Assert.True(statement.Start >= at && statement.End > statement.Start && statement.End <= text.Length, Chance.Replay);
            Assert.True(string.IsNullOrWhiteSpace(text[at..statement.Start]), $"'{text[at..statement.Start]}' lies between statements; {Chance.Replay}");
            at = statement.End;
        }
        Assert.True(string.IsNullOrWhiteSpace(text[at..]), $"'{text[at..]}' is left over; {Chance.Replay}");
    }
}
