using System.Text;
using MemoryStores.Contract;
using MemoryStores.Contract.Errors;

namespace MemoryStores.Engine;

/// <summary>The bound of a whole definition: its fields have bounds of their own, but what is kept as given has none inside.</summary>
internal static class DefinitionSize
{
    public static Refusal? Flaw(string json) =>
        Encoding.UTF8.GetByteCount(json) is > Limits.DefinitionBytes and var size ? new Refusal.DefinitionTooLarge(size, Limits.DefinitionBytes) : null;
}
