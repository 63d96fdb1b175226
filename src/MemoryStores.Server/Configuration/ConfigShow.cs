namespace MemoryStores.Server.Configuration;

/// <summary><c>memstores config show</c>: what the server would run with, and where each value comes from.</summary>
internal static class ConfigShow
{
    // Enough of a secret to tell two apart.
    private const int ShownOfSecret = 4;

    public static int Run(string[] arguments)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h")) return Help.Print(Help.ConfigShow);
        if (!Settings.TryRead(arguments, Environment.GetEnvironmentVariable, out var settings, out var problem)
            || !ServeOptions.TryMake(settings, out _, out problem))
            return Help.Refuse(problem, "memstores config show --help");
        var rows = settings.InOrder.Select(given => (given.Setting.Name, Value: Shown(given), given.Origin)).ToList();
        var (name, value) = (rows.Max(row => row.Name.Length), Math.Min(60, rows.Max(row => row.Value.Length)));
        foreach (var row in rows) Console.Out.WriteLine($"{row.Name.PadRight(name)}  {row.Value.PadRight(value)}  {row.Origin}");
        return Help.Done;
    }

    private static string Shown(Given given) => given.Values.Count == 0 ? "-"
        : given.Setting.IsSecret ? string.Join(' ', given.Values.Select(value => value[..Math.Min(ShownOfSecret, value.Length / 4)] + "…"))
        : string.Join(' ', given.Values);
}
