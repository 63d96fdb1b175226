namespace MemoryStores.Conformance.Tests.Mount;

/// <summary>A fact about what a program does to a mount; skipped, and saying so, where the program is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithAttribute : FactAttribute
{
    public FactWithAttribute(string program)
    {
        var places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin");
        if (!places.Any(place => File.Exists(Path.Combine(place, program)))) Skip = $"{program} is not installed; tools/test installs it where it may.";
    }
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryWithAttribute : TheoryAttribute
{
    public TheoryWithAttribute(string program) => Skip = new FactWithAttribute(program).Skip;
}
