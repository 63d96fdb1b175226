using System.Text.Json;
using System.Text.Json.Nodes;

namespace MemoryStores.Benchmarks;

/// <summary>One line of the result: ours, what it is measured against, and whether the ratio meets its goal.</summary>
internal sealed record Result(string Work, string Against, double Ours, double Theirs, string Unit, double? Goal, bool AtLeast)
{
    public double Ratio => Ours / Theirs;

    public bool? Met => Goal is not { } goal ? null : AtLeast ? Ratio >= goal : Ratio <= goal;
}

/// <summary>Something to measure: it runs ours and theirs in turns, so that whatever else the machine does hits both.</summary>
internal interface IRow
{
    string Name { get; }
    Task<IReadOnlyList<Result>> MeasureAsync(Plan plan);
}

/// <summary>How long and how often: medians over the rounds are taken.</summary>
internal sealed record Plan(TimeSpan Time, int Rounds, int Versions);

internal static class Bench
{
    public static int Help()
    {
        Console.WriteLine("""
            tools/bench: measures the product against a peer or a limit, in one run, as ratios

                tools/bench [ROW...] [--seconds N] [--rounds N] [--quick] [--json FILE]

                ROW          get, create, versions, start, help, engine, mount, streams, transcript; all of them without one
                --seconds N  how long each side of a rate is measured, per round (default 5)
                --rounds N   rounds of ours and theirs in turns; the median counts (default 3)
                --quick      one short round, to see that it works
                --json FILE  the same as JSON

            Ratios above their goal's sign are good: ">= 0.6" is met by 0.7, "<= 1.2" by 1.1. Only what was measured is
            printed. A busy machine makes all figures worse and ratios unsteady.
            """);
        return 0;
    }

    public static async Task<int> RunAsync(string[] args, IReadOnlyList<IRow> rows)
    {
        var (plan, json, wanted) = (new Plan(TimeSpan.FromSeconds(5), 3, 250_000), (string?)null, new List<string>());
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--seconds": plan = plan with { Time = TimeSpan.FromSeconds(double.Parse(args[++i])) }; break;
                case "--rounds": plan = plan with { Rounds = int.Parse(args[++i]) }; break;
                case "--quick": plan = new Plan(TimeSpan.FromSeconds(1), 1, 5_000); break;
                case "--json": json = args[++i]; break;
                case var name when rows.Any(row => row.Name == name): wanted.Add(name); break;
                case var unknown:
                    Console.Error.WriteLine($"tools/bench: unknown row or option '{unknown}'. Rows: {string.Join(", ", rows.Select(row => row.Name))}.");
                    return 2;
            }
        }
        var results = new List<Result>();
        foreach (var row in rows.Where(row => wanted.Count == 0 || wanted.Contains(row.Name)))
        {
            Console.Error.WriteLine($"measuring {row.Name} …");
            results.AddRange(await row.MeasureAsync(plan));
        }
        Print(results);
        if (json is not null) await File.WriteAllTextAsync(json, ToJson(results));
        return 0;
    }

    private static void Print(List<Result> results)
    {
        var (work, against) = (results.Max(result => result.Work.Length), results.Max(result => result.Against.Length));
        Console.WriteLine($"{"work".PadRight(work)}  {"against".PadRight(against)}  {"ours",12}  {"theirs",12}  {"unit",-6}  {"ratio",6}  goal");
        foreach (var result in results)
        {
            var goal = result.Goal is { } number ? $"{(result.AtLeast ? ">=" : "<=")} {number:0.0}  {(result.Met == true ? "met" : "NOT MET")}" : "";
            Console.WriteLine($"{result.Work.PadRight(work)}  {result.Against.PadRight(against)}  {result.Ours,12:N1}  {result.Theirs,12:N1}  {result.Unit,-6}  {result.Ratio,6:0.00}  {goal}");
        }
    }

    private static string ToJson(List<Result> results) => new JsonArray([.. results.Select(result => (JsonNode)new JsonObject
    {
        ["work"] = result.Work,
        ["against"] = result.Against,
        ["ours"] = result.Ours,
        ["theirs"] = result.Theirs,
        ["unit"] = result.Unit,
        ["ratio"] = result.Ratio,
        ["goal"] = result.Goal,
        ["met"] = result.Met,
    })]).ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
