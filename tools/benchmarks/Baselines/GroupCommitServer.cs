using System.Threading.Channels;
using MemoryStores.Sqlite;
using Microsoft.Data.Sqlite;

namespace MemoryStores.Benchmarks.Baselines;

/// <summary>
/// The least that could write the same rows durably behind HTTP: read the body, put it into a queue; one thread inserts what
/// waits into our own schema with prepared commands, commits, and answers. No rules, no JSON, no keys, no hashes.
/// </summary>
internal static class GroupCommitServer
{
    private sealed record Write(string Path, byte[] Body, TaskCompletionSource Done);

    public static async Task<int> RunAsync(string directory)
    {
        // The engine makes the database, so that schema and settings are its own; it is closed before we write.
        var file = Path.Combine(directory, "baseline.db");
        await using (new SqliteEngine(file, TimeProvider.System)) { }
        var queue = Channel.CreateUnbounded<Write>(new UnboundedChannelOptions { SingleReader = true });
        new Thread(() => Loop(file, queue.Reader)) { IsBackground = true }.Start();

        await using var app = ConstantServer.Build(WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));
        app.UseRouting();
        var answer = new byte[380]; // as long as a memory without content
        var number = 0;
        app.MapPost("/create", async http =>
        {
            using var body = new MemoryStream();
            await http.Request.BodyReader.CopyToAsync(body);
            var write = new Write($"/d{Interlocked.Increment(ref number) % 100}/{number}", body.ToArray(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            queue.Writer.TryWrite(write);
            await write.Done.Task;
            http.Response.ContentLength = answer.Length;
            await http.Response.BodyWriter.WriteAsync(answer);
        });
        return await ConstantServer.ServeAsync(app);
    }

    private static void Loop(string file, ChannelReader<Write> queue)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA synchronous = FULL", "PRAGMA secure_delete = ON", "PRAGMA cache_size = -65536",
            "INSERT INTO workspaces (id, name) VALUES ('w', 'w')",
            "INSERT INTO stores (id, workspace, created_at, updated_at) VALUES ('s', 1, 0, 0)");
        using var content = Prepare(connection, "INSERT INTO contents (workspace, digest, size, body) VALUES (1, $a, $b, $c)", 3);
        using var memory = Prepare(connection, "INSERT INTO memories (id, store, head, created_at) VALUES ($a, 1, $b, $c)", 3);
        using var history = Prepare(connection, """
            INSERT INTO history (store, seq, kind, at, actor_kind, actor, memory, version, is_head, path, content, salts, entry, link)
            VALUES (1, $a, 1, $a, 1, 'apikey_01aaaaaaaaaaaaaaaaaaaaaa', $a, $b, 1, $c, $a, $d, $e, $e)
            """, 5);
        using var head = Prepare(connection, "INSERT OR REPLACE INTO heads (store, seq, link, at, memories, bytes) VALUES (1, $a, $b, $a, $a, $a)", 2);
        var (batch, no) = (new List<Write>(), 0L);
        while (queue.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Run(connection, "BEGIN IMMEDIATE");
            while (batch.Count < 256 && queue.TryRead(out var write))
            {
                no++;
                var hash = Hash(no);
                Set(content, hash, (long)write.Body.Length, write.Body);
                Set(memory, $"mem_01aaaaaaaaa{no:D13}", no, no);
                Set(history, no, $"memver_01aaaaaaaaa{no:D13}", write.Path, new byte[64], hash);
                Set(head, no, hash);
                batch.Add(write);
            }
            Run(connection, "COMMIT");
            foreach (var write in batch) write.Done.SetResult();
            batch.Clear();
        }
    }

    /// <summary>32 bytes that scatter as a hash does, so that the indexes are filled in the same order.</summary>
    private static byte[] Hash(long number) => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(number));

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++) command.Parameters.Add(new SqliteParameter("$" + (char)('a' + i), null));
        return command;
    }

    private static void Set(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private static void Run(SqliteConnection connection, params string[] statements)
    {
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }
}
