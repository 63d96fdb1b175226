using MemoryStores.Contract.Errors;

namespace MemoryStores.Tests.Server;

/// <summary>Every case of <see cref="Refusal"/>, made with values of the kind it takes.</summary>
internal static class RefusalCases
{
    public static IReadOnlyList<Refusal> All { get; } =
    [
        .. typeof(Refusal).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Refusal))).Select(type =>
        {
            var constructor = type.GetConstructors().Single(one => one.GetParameters() is not [{ ParameterType: var only }] || only != type);
            var values = constructor.GetParameters().Select(parameter =>
                parameter.ParameterType == typeof(string) ? "x" : Convert.ChangeType(400, parameter.ParameterType, System.Globalization.CultureInfo.InvariantCulture));
            return (Refusal)constructor.Invoke([.. values]);
        }),
    ];
}
