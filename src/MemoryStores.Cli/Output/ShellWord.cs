namespace MemoryStores.Cli;

/// <summary>A word as a person pastes it into a shell: quoted where the shell would read something else.</summary>
internal static class ShellWord
{
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || letter is '/' or '.' or '_' or '-' or '+' or ':' or '@' or ',')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
