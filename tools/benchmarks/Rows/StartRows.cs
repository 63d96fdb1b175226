namespace MemoryStores.Benchmarks.Rows;

internal sealed class StartRow : IRow
{
    private const int StartsPerRound = 5;

    public string Name => "start";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        var directory = Directory.CreateTempSubdirectory("memstores-bench-");
        var data = Path.Combine(directory.FullName, "data");
        var (ours, theirs) = (new List<double>(), new List<double>());
        await using (await Child.ServerAsync(data)) { } // the first start makes the database
        for (var i = 0; i < plan.Rounds * StartsPerRound; i++)
        {
            await using (var server = await Child.ServerAsync(data)) ours.Add(server.StartTime.TotalMilliseconds);
            await using (var empty = await Child.BaselineAsync("baseline-empty-server")) theirs.Add(empty.StartTime.TotalMilliseconds);
        }
        directory.Delete(recursive: true);
        return [new Result("start to 'listening'", "an empty ASP.NET Core program", Bench.Median(ours), Bench.Median(theirs), "ms", 2, AtLeast: false)];
    }
}

internal sealed class HelpRow : IRow
{
    private const int RunsPerRound = 7;

    public string Name => "help";

    public async Task<IReadOnlyList<Result>> MeasureAsync(Plan plan)
    {
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i < plan.Rounds * RunsPerRound; i++)
        {
            ours.Add((await Child.RunAsync(Child.Program, "--help")).TotalMilliseconds);
            theirs.Add((await Child.RunAsync(EmptyConsole)).TotalMilliseconds);
        }
        return [new Result("memstores --help", "an empty console program", Bench.Median(ours), Bench.Median(theirs), "ms", 2.5, AtLeast: false)];
    }

    /// <summary>Built by tools/bench beside this program: one that needs nothing of ASP.NET Core.</summary>
    private static string EmptyConsole => Environment.GetEnvironmentVariable("MEMSTORES_EMPTY_CONSOLE")
        ?? throw new InvalidOperationException("Run this through tools/bench, which builds the empty program and names it in MEMSTORES_EMPTY_CONSOLE.");
}
