using System.Xml.Linq;

namespace MemoryStores.Tests;

/// <summary>The house checks itself: which project may know which, and which packages stay out of where.</summary>
public sealed class HouseFacts
{
    public static readonly string Root = FindRoot();

    /// <summary>The arrows of docs/architecture.md. A new one is a decision: draw it there, then here.</summary>
    private static readonly Dictionary<string, string[]> AllowedArrows = new()
    {
        ["MemoryStores.Contract"] = [],
        ["MemoryStores.Engine"] = ["MemoryStores.Contract"],
        ["MemoryStores.Sqlite"] = ["MemoryStores.Engine"],
        ["MemoryStores.Client"] = ["MemoryStores.Contract"],
        ["MemoryStores.Dreaming"] = ["MemoryStores.Contract"],
        ["MemoryStores.Fuse"] = [],
        ["MemoryStores.Mount"] = ["MemoryStores.Client", "MemoryStores.Fuse"],
        ["MemoryStores.Cli"] = ["MemoryStores.Client", "MemoryStores.Dreaming", "MemoryStores.Mount"],
        ["MemoryStores.Server"] = ["MemoryStores.Sqlite", "MemoryStores.Engine", "MemoryStores.Cli"],
    };

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        foreach (var (name, project) in Projects("src"))
        {
            Assert.True(AllowedArrows.TryGetValue(name, out var allowed), $"{name} has no row in AllowedArrows.");
            Assert.Equal(allowed.Order(), References(project, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order());
        }
    }

    [Fact]
    public void The_language_and_the_rules_take_no_packages()
    {
        var projects = Projects("src").ToDictionary(found => found.Name, found => found.Project);
        Assert.Empty(References(projects["MemoryStores.Contract"], "PackageReference"));
        Assert.Empty(References(projects["MemoryStores.Engine"], "PackageReference"));
        Assert.Empty(References(projects["MemoryStores.Dreaming"], "PackageReference"));
    }

    [Fact]
    public void The_client_and_its_command_line_bring_nothing_along()
    {
        // They run in sandboxes and on any system: no package, so no native library, and only the language between them.
        // What calls the system's library stands in Mount, which is loaded by the verbs about mounts alone.
        var projects = Projects("src").ToDictionary(found => found.Name, found => found.Project);
        foreach (var name in new[] { "MemoryStores.Client", "MemoryStores.Cli" })
        {
            Assert.Empty(References(projects[name], "PackageReference"));
            Assert.Empty(References(projects[name], "FrameworkReference"));
            Assert.Equal("Microsoft.NET.Sdk", (string?)projects[name].Root!.Attribute("Sdk"));
            foreach (var source in Directory.EnumerateFiles(Path.Combine(Root, "src", name), "*.cs", SearchOption.AllDirectories))
            {
                var text = File.ReadAllText(source);
                Assert.DoesNotContain("DllImport", text, StringComparison.Ordinal);
                Assert.DoesNotContain("LibraryImport", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "MemoryStores.sln"));
        foreach (var (name, _) in Projects("src").Concat(Projects("tests")).Concat(Projects("samples")))
            Assert.Contains($"\"{name}\"", solution, StringComparison.Ordinal);
    }

    [Fact]
    public void No_native_sqlite_is_bundled()
    {
        foreach (var (_, project) in Projects("src").Concat(Projects("tests")))
            Assert.DoesNotContain(References(project, "PackageReference"), package => package.StartsWith("SQLitePCLRaw.bundle", StringComparison.Ordinal)
                || package.StartsWith("SQLitePCLRaw.lib", StringComparison.Ordinal));
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        var documents = new[] { "docs", "samples" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Append(Path.Combine(Root, "README.md"));
        foreach (var document in documents)
        {
            foreach (var link in LinksIn(File.ReadAllText(document)))
            {
                var target = Path.Combine(Path.GetDirectoryName(document)!, link);
                Assert.True(Path.Exists(target), $"{Path.GetRelativePath(Root, document)} links to {link}, which is not there.");
            }
        }
    }

    private static IEnumerable<string> LinksIn(string markdown) =>
        System.Text.RegularExpressions.Regex.Matches(markdown, @"\]\((?<to>[^)#\s]+)(#[^)]*)?\)")
            .Select(match => match.Groups["to"].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static IEnumerable<(string Name, XDocument Project)> Projects(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal))
            .Select(path => (Path.GetFileNameWithoutExtension(path), XDocument.Load(path)));

    private static IEnumerable<string> References(XDocument project, string kind) =>
        project.Descendants(kind).Select(reference => (string)reference.Attribute("Include")!);

    private static string FindRoot()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "MemoryStores.sln"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}
