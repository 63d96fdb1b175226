using System.Text;
using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>
/// A directory in a mount: programs run in it, and its history and its files are looked at afterwards. <see cref="Prefix"/> is
/// its path in the store, empty for the root.
/// </summary>
public sealed record Place(LiveMount Mount, string Prefix)
{
    private const string Prelude = """
        import ctypes, errno, mmap, os, pathlib, stat, sys, tempfile, time
        libc = ctypes.CDLL(None, use_errno=True)
        def outcome(call, *given, **named):
            # The name of the errno a call fails with, or OK.
            try: call(*given, **named)
            except OSError as e: return errno.errorcode.get(e.errno, str(e.errno))
            return 'OK'
        def c(name, *given):
            # A function of libc that Python lacks.
            if getattr(libc, name)(*given) < 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number))
        def write(name, content, flags=os.O_WRONLY | os.O_CREAT | os.O_TRUNC, sync=False):
            fd = os.open(name, flags, 0o644)
            try:
                os.write(fd, content if isinstance(content, bytes) else content.encode())
                if sync: os.fsync(fd)
            finally: os.close(fd)
        def read(name): return open(name, newline='').read()

        """;

    private MountFixture Fixture => Mount.Fixture;

    public string Directory => Mount.Directory + Prefix;

    public string File(string name) => Path.Combine(Directory, name);

    public Task<string> ReadAsync(string name) => System.IO.File.ReadAllTextAsync(File(name));

    /// <summary>The same directory in another mount of the store.</summary>
    public Place In(LiveMount other) => this with { Mount = other };

    /// <summary>Runs a bash script here that must succeed; what it printed.</summary>
    public Task<string> ShAsync(string script) => RunAsync("bash", "-euo", "pipefail", "-c", script);

    /// <summary>Runs a Python program here that must succeed; what it printed.</summary>
    public Task<string> PythonAsync(string program) => RunAsync("/usr/bin/python3", "-c", Prelude + program);

    /// <summary>A Python program here that goes on as long as the test has something for it to do.</summary>
    public PythonSession StartPython() => PythonSession.Start(this, Prelude);

    public async Task<string> RunAsync(string program, params string[] words)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = Fixture.Variables["HOME"],
            ["LC_ALL"] = "C.UTF-8",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_AUTHOR_NAME"] = "T",
            ["GIT_AUTHOR_EMAIL"] = "t@example.org",
            ["GIT_COMMITTER_NAME"] = "T",
            ["GIT_COMMITTER_EMAIL"] = "t@example.org",
        };
        // env goes there: a process that .NET starts in a directory holds up the starting of all others until it is in.
        var run = await ProgramRun.RunAsync(new ProgramStart("env", ["-C", Directory, program, .. words]) { Variables = variables });
        Assert.True(run.ExitCode == 0, $"{program} ended with {run.ExitCode}: {run.Text}{run.Error}");
        return run.Text.TrimEnd('\n');
    }

    /// <summary>
    /// Sends what is unsaved, then holds the versions below this directory against what they ought to be, the oldest first: a
    /// letter for the memory (a is the first that appears), the operation, the path from here, and the content. All are by the
    /// mount's key, or say "by another". And what the directory shows must be what the store has.
    /// </summary>
    public async Task AssertVersionsAsync(params string[] expected)
    {
        await Mount.DrainAsync();
        Assert.Equal(expected, await VersionsAsync());
        await AssertShowsStoreAsync();
    }

    public async Task<List<string>> VersionsAsync()
    {
        var letters = new Dictionary<string, char>();
        var lines = new List<string>();
        foreach (var version in await HistoryAsync())
        {
            if (!letters.TryGetValue(version.MemoryId, out var letter)) letters[version.MemoryId] = letter = (char)('a' + letters.Count);
            var by = version.CreatedBy!.ApiKeyId == Fixture.MountKey.Id ? "" : " by another";
            lines.Add($"{letter} {version.Operation} {version.Path![(Prefix.Length + 1)..]}{by}{(version.Content is { } content ? $": {content}" : "")}");
        }
        return lines;
    }

    /// <summary>The versions below this directory, the oldest first.</summary>
    public async Task<List<VersionBody>> HistoryAsync()
    {
        var versions = new List<VersionBody>();
        await foreach (var page in Fixture.Api.Versions.ListPagesAsync(Mount.Store.Id, new VersionListQuery { WithContent = true })) versions.AddRange(page.Value.Data);
        versions.Reverse();
        return [.. versions.Where(version => version.Path!.StartsWith(Prefix + "/", StringComparison.Ordinal))];
    }

    /// <summary>The memories below this directory by their paths from here.</summary>
    public async Task<SortedDictionary<string, MemoryBody>> MemoriesAsync()
    {
        var memories = new SortedDictionary<string, MemoryBody>(StringComparer.Ordinal);
        var query = new MemoryListQuery { PathPrefix = Prefix + "/", WithContent = true, Limit = Limits.PageItemsWithContent };
        await foreach (var page in Fixture.Api.Memories.ListPagesAsync(Mount.Store.Id, query))
        {
            foreach (var memory in page.Value.Data.OfType<MemoryBody>()) memories.Add(memory.Path[(Prefix.Length + 1)..], memory);
        }
        return memories;
    }

    /// <summary>The files, but for those that are kept beside the store, are the memories, byte for byte.</summary>
    public async Task AssertShowsStoreAsync()
    {
        var shown = System.IO.Directory.EnumerateFiles(Directory, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/.git/", StringComparison.Ordinal))
            .ToDictionary(file => Path.GetRelativePath(Directory, file), System.IO.File.ReadAllBytes);
        var stored = await MemoriesAsync();
        Assert.Equal(stored.Keys, shown.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, bytes) in shown) Assert.Equal(stored[name].Content!.ToString(), Encoding.UTF8.GetString(bytes));
    }

    /// <summary>What the mount shows becomes what the store has: all that happened there has arrived here.</summary>
    public Task CatchUpAsync()
    {
        var differs = "";
        return Eventually.HoldsAsync(async () =>
    {
        try
        {
            await AssertShowsStoreAsync();
            return true;
        }
        catch (Exception notYet) when (notYet is Xunit.Sdk.XunitException or IOException or KeyNotFoundException)
        {
            differs = notYet.Message;
            return false;
        }
    }, () => $"{Directory} does not show what the store has: {differs}\n{Mount.StatusAsync().GetAwaiter().GetResult()}\nIts daemon said: {Mount.Said}");
    }

    /// <summary>Another client makes a memory here.</summary>
    public async Task<MemoryBody> CreateElsewhereAsync(string name, string content) =>
        (await Fixture.Api.Memories.CreateAsync(Mount.Store.Id, $"{Prefix}/{name}", MemoryContent.Of(content))).Value;

    public async Task<MemoryBody> WriteElsewhereAsync(MemoryBody memory, string content) =>
        (await Fixture.Api.Memories.UpdateAsync(Mount.Store.Id, memory.Id, new UpdateMemoryBody { Content = MemoryContent.Of(content) })).Value;

    /// <summary>Another client puts something behind a memory, whatever it holds.</summary>
    public Task AppendElsewhereAsync(MemoryBody memory, params string[] more) =>
        Fixture.Api.Commits.CommitAsync(Mount.Store.Id, new CommitRequestBody
        {
            Changes = [.. more.Select(each => new ChangeBody("append") { MemoryId = memory.Id, Content = MemoryContent.Of(each) })],
        });

    public async Task<MemoryBody> MoveElsewhereAsync(MemoryBody memory, string name) =>
        (await Fixture.Api.Memories.UpdateAsync(Mount.Store.Id, memory.Id, new UpdateMemoryBody { Path = $"{Prefix}/{name}" })).Value;

    public async Task DeleteElsewhereAsync(MemoryBody memory) => await Fixture.Api.Memories.DeleteAsync(Mount.Store.Id, memory.Id);
}
