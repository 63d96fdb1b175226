namespace MemoryStores.Dreaming.Statements;

/// <summary>What a statement is in its memory.</summary>
public enum StatementKind
{
    FrontMatterKey,
    Heading,
    ListItem,
    TableRow,
    CodeBlock,
    BlockQuote,
    Sentence,
}

/// <summary>
/// A part of a memory that stands or falls as one: characters <see cref="Start"/> to <see cref="End"/>. Statements and the white
/// space between them are the memory, whole.
/// </summary>
/// <param name="Start">The first character.</param>
/// <param name="End">The character after the last.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Depth">A heading's level from 1; a list item's indent in columns; else 0.</param>
/// <param name="Block">Counts up with each paragraph, list item, table or code block: sentences of one paragraph share it.</param>
public readonly record struct Statement(int Start, int End, StatementKind Kind, int Depth, int Block)
{
    public int Length => End - Start;

    public string In(string memory) => memory[Start..End];
}
