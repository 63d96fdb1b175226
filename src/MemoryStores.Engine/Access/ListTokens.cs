using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Sessions;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Access;

/// <summary>The tokens of a session, or the keys of an environment, newest first, ended ones included.</summary>
public sealed class ListTokens(IStorageEngine storage)
{
    public ValueTask<Outcome<Page<ApiKey>>> RunAsync(Caller caller, Id boundTo, ApiKeyId? after, int take, CancellationToken stop) =>
        storage.ReadAsync<Outcome<Page<ApiKey>>>(async reader =>
            await reader.FlawInAsync(caller, boundTo) is { } flaw
                ? flaw
                : Page.Of(await reader.ListKeysAsync(caller.Workspace, boundTo, after, take + 1), take), stop);
}

internal static class TokenVisibility
{
    /// <summary>Why a caller may not see the tokens of this session or environment; null when it may.</summary>
    public static async ValueTask<Refusal?> FlawInAsync(this IStorageReader reader, Caller caller, Id boundTo)
    {
        if (boundTo is SessionId session) return (await reader.FindHeadAsync(caller, session)).IsDone(out _, out var lack) ? null : lack;
        if (!caller.Grant.HasAllStores) return new Refusal.WorkspaceOutOfScope();
        return await reader.FindEnvironmentAsync(caller.Workspace, (EnvironmentId)boundTo) is null ? new Refusal.EnvironmentUnknown(boundTo.Value) : null;
    }
}
