using MemoryStores.Client;
using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

/// <summary>A key as the commands that make or change one print it.</summary>
internal static class KeyShown
{
    /// <summary>With --quiet the secret alone, or the id where there is none.</summary>
    public static void Print(Invocation call, Answer<KeyBody> key)
    {
        if (call.IsJson) call.PrintJson(key.Json);
        else if (call.IsQuiet) call.Print(key.Value.Key ?? key.Value.Id);
        else
        {
            Facts.Print(call,
                ("id", key.Value.Id),
                ("name", key.Value.Name),
                ("role", key.Value.Role),
                ("reaches", Reach(key.Value)),
                ("expires", key.Value.ExpiresAt),
                ("revoked", key.Value.RevokedAt),
                ("key", key.Value.Key));
            if (key.Value.Key is not null) call.Remark("The key is shown this once: keep it now.");
        }
    }

    public static string Reach(KeyBody key) => (key.Stores, key.PathPrefix) switch
    {
        (null, null) => "the whole workspace",
        (null, var prefix) => $"{prefix} in every store",
        ({ } stores, null) => string.Join(", ", stores),
        ({ } stores, var prefix) => $"{prefix} in {string.Join(", ", stores)}",
    };

    public static string State(KeyBody key, TimeProvider clock) =>
        key.RevokedAt is not null ? "revoked"
        : key.ExpiresAt is { } ends && string.CompareOrdinal(ends, Contract.Timestamp.Write(Contract.Timestamp.Microseconds(clock.GetUtcNow()))) <= 0 ? "expired"
        : "good";
}
