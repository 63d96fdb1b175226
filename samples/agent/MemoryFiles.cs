using System.Text.Json;
using Anthropic.Models.Messages;

namespace MemoryStores.Samples.Agent;

/// <summary>
/// The model's file tools. It names files as its prompt does, /mnt/memory/house/roof.md; they are read and written where that store is
/// mounted on this machine. Nothing outside of the session's stores is reached: not by "..", not by another root, not by a link.
/// </summary>
internal sealed class MemoryFiles(string directory, IEnumerable<JsonElement> stores)
{
    private const string Root = "/mnt/memory";

    private readonly string directory = Path.GetFullPath(directory);
    private readonly List<(string Path, bool IsReadOnly)> mounts =
        [.. stores.Select(store => (store.GetProperty("mount_path").GetString()!, store.GetProperty("access").GetString() == "read_only"))];

    public static IReadOnlyList<ToolUnion> Tools { get; } =
    [
        Tool("list_files", "Lists the files of your memory below a directory.", "path"),
        Tool("read_file", "Reads a file of your memory.", "path"),
        Tool("write_file", "Writes a file of your memory, in place of what it was.", "path", "content"),
    ];

    /// <summary>What came of a tool: its words for the model, and whether it failed.</summary>
    public (string Said, bool IsError) Use(string tool, IReadOnlyDictionary<string, JsonElement> input)
    {
        try
        {
            string Given(string name) => input.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : throw new IOException($"{tool} needs '{name}', a text.");
            return (tool switch
            {
                "list_files" => List(Given("path")),
                "read_file" => File.ReadAllText(Find(Given("path"), toWrite: false)),
                "write_file" => Write(Given("path"), Given("content")),
                _ => throw new IOException($"There is no tool '{tool}'."),
            }, false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (refused.Message.Replace(directory, Root, StringComparison.Ordinal), true);
        }
    }

    private string List(string path)
    {
        var files = Directory.EnumerateFiles(Find(path, toWrite: false), "*", SearchOption.AllDirectories).Select(file => Root + file[directory.Length..]);
        return string.Join('\n', files.Order(StringComparer.Ordinal)) is { Length: > 0 } some ? some : "There are no files.";
    }

    private string Write(string path, string content)
    {
        var file = Find(path, toWrite: true);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content); // closed: a version
        return "Written.";
    }

    /// <summary>Where a file of the agent's memory is on this machine.</summary>
    private string Find(string path, bool toWrite)
    {
        var full = Path.GetFullPath(path, Root).TrimEnd('/'); // without any "." or ".."
        var mount = mounts.FirstOrDefault(mount => full == mount.Path || full.StartsWith(mount.Path + "/", StringComparison.Ordinal));
        if (mount.Path is null) throw new IOException($"{path} is not in your memory.");
        if (toWrite && mount.IsReadOnly) throw new IOException($"{mount.Path} is read-only.");
        var local = directory + full[Root.Length..];
        for (var part = local; part.Length > directory.Length; part = Path.GetDirectoryName(part)!)
            if (new FileInfo(part).LinkTarget is not null) throw new IOException($"{path} is a link.");
        return local;
    }

    private static ToolUnion Tool(string name, string description, params string[] parameters) => new Tool
    {
        Name = name,
        Description = description,
        InputSchema = new() { Properties = parameters.ToDictionary(each => each, _ => JsonSerializer.SerializeToElement(new { type = "string" })), Required = parameters },
    };
}
