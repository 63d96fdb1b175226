using System.Diagnostics;
using MemoryStores.Conformance.Tests.Mount;
using MemoryStores.Contract.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Conformance.Tests.Sandboxes;

/// <summary>'memstores mount --session': every store of a session in one directory.</summary>
public sealed class SessionMountFacts(SandboxFixture sandboxes) : IClassFixture<SandboxFixture>
{
    [Fact]
    public async Task Every_store_is_there_nothing_else_can_be_and_the_verbs_take_them_as_one()
    {
        var (writes, reads) = (await sandboxes.StoreAsync("One"), await sandboxes.StoreAsync("Two"));
        var session = await sandboxes.SessionAsync(writes, reads);
        var directory = sandboxes.Home.File("group");
        await OkAsync("mount", "--session", session, directory, "--background");

        Assert.Equal(["one", "two"], Directory.GetDirectories(directory).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(directory, "one", "a"), "mine");
        foreach (var closed in new[] { "two/a", "beside" }) Assert.Contains("Read-only", Assert.Throws<IOException>(() => File.WriteAllText(Path.Combine(directory, closed), "x")).Message, StringComparison.Ordinal);
        await OkAsync("drain", directory);
        Assert.Equal(session, (await sandboxes.WritersAsync(writes))["/a"]);
        Assert.Contains($"{directory}/two", (await OkAsync("mounts")).Text, StringComparison.Ordinal);

        await OkAsync("unmount", directory);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
        await Eventually.HoldsAsync(() => !Directory.EnumerateFiles(Path.Combine(sandboxes.Variables["XDG_STATE_HOME"], "memstores", "sessions"), "*", SearchOption.AllDirectories).Any(file => file.Contains(session, StringComparison.Ordinal)), () => "the token is kept");
    }

    [Fact]
    public async Task A_session_that_is_deleted_ends_its_mount_cleanly()
    {
        var store = await sandboxes.StoreAsync("Ended");
        var session = await sandboxes.SessionAsync(store);
        var directory = sandboxes.Home.File("ended");
        using var mount = await StartAsync(session, directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "ended", "a"), "kept");
        await sandboxes.DeleteAsync(session);
        var said = await mount.StandardError.ReadToEndAsync();
        await mount.WaitForExitAsync();
        Assert.True(mount.ExitCode == 0, said);
        Assert.Contains($"session {session} is over", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
        Assert.Equal(session, (await sandboxes.WritersAsync(store))["/a"]);
    }

    [Fact]
    public async Task What_a_killed_mount_had_left_is_sent_after_the_session_is_over()
    {
        var store = await sandboxes.StoreAsync("Left");
        var session = await sandboxes.SessionAsync(store);
        var directory = sandboxes.Home.File("left");
        using (var mount = await StartAsync(session, directory))
        {
            await sandboxes.Server.KillAsync();
            await File.WriteAllTextAsync(Path.Combine(directory, "left", "late"), "kept");
            mount.Kill();
            await mount.WaitForExitAsync();
        }
        await sandboxes.StartServerAgainAsync();
        await sandboxes.DeleteAsync(session);
        await OkAsync("unmount", directory);

        var replay = await OkAsync("mount", "--session", session, directory);
        Assert.Contains("is over, so nothing was mounted", replay.Error, StringComparison.Ordinal);
        Assert.Equal(session, (await sandboxes.WritersAsync(store))["/late"]);
        var again = await ProgramRun.RunAsync(sandboxes.Verb("mount", "--session", session, directory));
        Assert.Equal(3, again.ExitCode);
        Assert.Contains("nothing of it waits on this machine", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_store_can_be_named_and_a_token_be_given()
    {
        var (writes, reads) = (await sandboxes.StoreAsync("Named"), await sandboxes.StoreAsync("Not named"));
        var session = await sandboxes.SessionAsync(writes, reads);
        var token = (await sandboxes.Api.Sessions.CreateTokenAsync(session, new CreateTokenBody("given"))).Value.Token!;
        var (directory, file) = (sandboxes.Home.File("named"), sandboxes.Home.File("token"));
        await File.WriteAllTextAsync(file, token + "\n");
        var variables = new Dictionary<string, string>(sandboxes.Variables) { ["MEMSTORES_URL"] = sandboxes.Server.Url.ToString() };
        var start = sandboxes.Verb("mount", "--session", session, "--token-file", file, "--background", "named", directory) with { Variables = variables };
        var run = await ProgramRun.RunAsync(start);
        Assert.True(run.ExitCode == 0, run.Error);
        await File.WriteAllTextAsync(Path.Combine(directory, "a"), "mine");
        await OkAsync("unmount", directory);
        Assert.Equal(session, (await sandboxes.WritersAsync(writes))["/a"]);
    }

    private async Task<ProgramRun> OkAsync(params string[] words)
    {
        var run = await ProgramRun.RunAsync(sandboxes.Verb(words));
        Assert.True(run.ExitCode == 0, $"memstores {string.Join(' ', words)} ended with {run.ExitCode}: {run.Text}{run.Error}");
        return run;
    }

    private async Task<Process> StartAsync(string session, string directory)
    {
        var process = Process.Start(sandboxes.Verb("mount", "--session", session, directory).Info)!;
        Assert.StartsWith("mounted ", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        return process;
    }
}
