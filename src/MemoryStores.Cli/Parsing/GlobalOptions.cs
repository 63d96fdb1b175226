namespace MemoryStores.Cli;

/// <summary>Options that every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option Url = new("--url", "the server: http://HOST:PORT, https://HOST:PORT or unix:PATH") { Value = "URL" };
    public static readonly Option Key = new("--key", "the API key; others of this machine may see it, MEMSTORES_API_KEY is safer") { Value = "KEY" };
    public static readonly Option CaFile = new("--ca-file", "trust the certificates in this PEM file, and no others") { Value = "FILE", Completes = Completes.Files };
    public static readonly Option Json = new("--json", "print what the server answered, as one JSON document");
    public static readonly Option Quiet = new("--quiet", "print only what a script needs: ids, paths, content") { Short = "-q" };
    public static readonly Option Verbose = new("--verbose", "name the server asked, and the request id with an error") { Short = "-v" };
    public static readonly Option Help = new("--help", "this text") { Short = "-h" };

    public static readonly Option[] All = [Url, Key, CaFile, Json, Quiet, Verbose, Help];
}
