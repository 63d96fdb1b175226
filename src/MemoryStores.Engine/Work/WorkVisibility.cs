using MemoryStores.Contract;
using MemoryStores.Contract.Errors;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Storage;

namespace MemoryStores.Engine.Work;

/// <summary>Looks work up as a caller may see it: of its workspace, of its own environment, or that of its own session.</summary>
internal static class WorkVisibility
{
    /// <summary>Why a caller may not see the work of an environment; null when it may.</summary>
    public static async ValueTask<Refusal?> FlawInAsync(this IStorageReader reader, Caller caller, EnvironmentId environment)
    {
        if (caller.Grant.BoundTo is EnvironmentId own && own != environment) return new Refusal.EnvironmentUnknown(environment.Value);
        if (caller.Grant is { BoundTo: null, HasAllStores: false }) return new Refusal.WorkspaceOutOfScope();
        return await reader.FindEnvironmentAsync(caller.Workspace, environment) is null ? new Refusal.EnvironmentUnknown(environment.Value) : null;
    }

    public static async ValueTask<Outcome<WorkItem>> FindWorkAsync(this IStorageReader reader, Caller caller, EnvironmentId environment, WorkId id)
    {
        if (await reader.FlawInAsync(caller, environment) is { } flaw) return flaw;
        var found = await reader.FindWorkAsync(environment, id);
        return found is null || (caller.Grant.BoundTo is SessionId session && session != found.Session) ? new Refusal.WorkUnknown(id.Value) : found;
    }
}
