using MemoryStores.Contract;

namespace MemoryStores.Cli.Commands;

/// <summary>Where the content of a write is from: --content, --file, else standard input.</summary>
internal static class ContentSource
{
    public static readonly Option File = new("--file", "read the content from this file; '-' is standard input") { Value = "FILE", Completes = Completes.Files };
    public static readonly Option Content = new("--content", "the content itself, without a line end added") { Value = "TEXT" };

    // The server's own limit may be higher than the default, never above its request's; reading more would only fill memory.
    private const int MostRead = Limits.RequestBodyBytes;

    public static async Task<MemoryContent> ReadAsync(Invocation call)
    {
        if (call.Text(Content) is { } text)
        {
            if (call.Has(File)) throw call.BadUsage($"{Content.Name} and {File.Name} are two contents");
            return MemoryContent.Of(text);
        }
        if (call.Text(File) is { } name && name != "-")
        {
            await using var file = System.IO.File.OpenRead(name);
            return From(await ReadAsync(file, name), name);
        }
        if (call.Surroundings.InIsTerminal) call.Remark("Type the content; end it with Ctrl-D on a line of its own.");
        return From(await ReadAsync(call.Surroundings.In, "standard input"), "standard input");
    }

    public static MemoryContent From(byte[] bytes, string origin) => MemoryContent.TryFrom(bytes)
        ?? throw new CommandException(ExitCode.Failed, $"{origin} is not UTF-8 text, and a memory is; convert it first (iconv -t UTF-8)");

    private static async Task<byte[]> ReadAsync(Stream stream, string origin)
    {
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            read.Write(buffer, 0, count);
            if (read.Length > MostRead) throw new CommandException(ExitCode.Failed, $"{origin} is larger than {MostRead:N0} bytes, more than any memory holds");
        }
        return read.ToArray();
    }
}
