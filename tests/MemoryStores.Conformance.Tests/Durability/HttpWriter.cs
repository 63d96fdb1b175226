using System.Text.Json;
using MemoryStores.Conformance.Tests.Api;

namespace MemoryStores.Conformance.Tests.Durability;

/// <summary>
/// One change a client asked for, known by its content, which no other change has; a deletion by its memory. Acknowledged
/// when its answer arrived, and then with the version it made.
/// </summary>
public sealed record Attempt(string Path, string? Content, string? Memory)
{
    /// <summary>Set where the change is part of a commit that can be sent again under its id.</summary>
    public object? Commit { get; init; }

    public string? Version { get; set; }

    public bool IsAcknowledged => Version is not null || (IsDeletion && IsAnswered);

    /// <summary>The answer to a deletion names no version.</summary>
    public bool IsAnswered { get; set; }

    public bool IsDeletion => Content is null;
}

/// <summary>
/// One client of a server: creates, updates, deletes and commits, one request after the other, until the server is gone; and
/// remembers what it asked for and what was answered.
/// </summary>
public sealed class HttpWriter(string name, Random random)
{
    private readonly List<(string Memory, string Path)> live = [];
    private int named;

    public List<Attempt> Attempts { get; } = [];

    /// <summary>Writes until the connection breaks.</summary>
    public async Task WriteAsync(Uri server, string store, Action acknowledged)
    {
        using var api = new ApiClient(server);
        try
        {
            while (true)
            {
                await StepAsync(api, store);
                acknowledged();
            }
        }
        catch (HttpRequestException)
        {
            // The server was killed; what it had not answered may have happened or not.
            live.Clear();
        }
    }

    /// <summary>Sends the commits again that no answer came to: afterwards each has happened once.</summary>
    public async Task RepeatAsync(Uri server, string store)
    {
        using var api = new ApiClient(server);
        foreach (var attempts in Attempts.Where(attempt => attempt is { Commit: not null, Version: null }).GroupBy(attempt => attempt.Commit))
            Take([.. attempts], (await api.PostAsync($"/ext{store}/commits", attempts.Key)).Ok());
    }

    /// <summary>One change, once it was answered.</summary>
    public async Task StepAsync(ApiClient api, string store)
    {
        var kind = live.Count == 0 ? 0 : random.Next(10);
        if (kind < 3)
        {
            var attempt = Try(new Attempt(NextPath(), NextContent(), null));
            var made = (await api.PostAsync(store + "/memories", new { path = attempt.Path, content = attempt.Content })).Ok();
            attempt.Version = made.Text("memory_version_id");
            live.Add((made.Text("id"), attempt.Path));
        }
        else if (kind < 6)
        {
            var (memory, path) = live[random.Next(live.Count)];
            var attempt = Try(new Attempt(path, NextContent(), memory));
            attempt.Version = (await api.PostAsync($"{store}/memories/{memory}", new { content = attempt.Content })).Ok().Text("memory_version_id");
        }
        else if (kind < 7)
        {
            var (memory, path) = live[random.Next(live.Count)];
            live.Remove((memory, path));
            var attempt = Try(new Attempt(path, null, memory));
            (await api.DeleteAsync($"{store}/memories/{memory}")).Ok();
            attempt.IsAnswered = true;
        }
        else
        {
            var (known, path) = live[random.Next(live.Count)];
            var (changed, made) = (NextContent(), (Path: NextPath(), Content: NextContent()));
            var commit = new
            {
                commit_id = $"{name}-{++named}",
                changes = new object[]
                {
                    new { type = "update", memory_id = known, content = changed, expected_version_id = "anything" },
                    new { type = "create", path = made.Path, content = made.Content },
                },
            };
            Attempt[] attempts = [Try(new Attempt(path, changed, known) { Commit = commit }), Try(new Attempt(made.Path, made.Content, null) { Commit = commit })];
            Take(attempts, (await api.PostAsync($"/ext{store}/commits", commit)).Ok());
        }
    }

    private static void Take(IReadOnlyList<Attempt> attempts, JsonElement commit)
    {
        var results = commit.GetProperty("results").EnumerateArray().ToList();
        for (var i = 0; i < attempts.Count; i++) attempts[i].Version = results[i].Text("memory_version_id");
    }

    private Attempt Try(Attempt attempt)
    {
        Attempts.Add(attempt);
        return attempt;
    }

    private string NextPath() => $"/{name}/{RandomWriter.Letters(random, 12)}";

    private string NextContent() => RandomWriter.Letters(random, random.Next(20) == 0 ? random.Next(4_000, 20_000) : random.Next(20, 600));
}
