namespace MemoryStores.Conformance.Tests.Samples;

/// <summary>Where the samples and the documents are.</summary>
internal static class SampleFiles
{
    public static string Root { get; } = FindRoot();

    public static string Path(string name) => System.IO.Path.Combine(Root, "samples", name);

    private static string FindRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(root, "MemoryStores.sln"))) root = System.IO.Path.GetDirectoryName(root)!;
        return root;
    }
}
