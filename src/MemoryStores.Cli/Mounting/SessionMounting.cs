using MemoryStores.Client;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Sessions;

namespace MemoryStores.Cli.Mounting;

/// <summary>'mount --session': one of a session's stores in a directory, or each under its name in one.</summary>
internal static class SessionMounting
{
    public static async Task<ExitCode> RunAsync(Invocation call, string id)
    {
        using var session = await OpenSession.OpenAsync(call, id, OpenSession.FindToken(call, Commands.MountStore.TokenFile));
        if (session.HasEnded) return await SessionReplay.RunAsync(call, session);
        var shown = call.Given.Arguments[^1];
        var directory = MountVerbs.Canonical(call, shown);
        var only = call.Given.Arguments.Count > 1 ? call.Argument(0) : null;
        var stores = await StoresAsync(call, session, only, directory);
        var registry = MountVerbs.Registry(call);
        MountPoint.Prepare(directory, registry, only is not null && call.Has(Commands.MountStore.ImportStray), call.Remark);
        if (call.Has(Commands.MountStore.Background))
        {
            await Daemon.StartAsync(call, only is null ? stores[0] with { Store = Commands.MountDaemon.AllStores, Directory = directory } : stores[0], registry.LogFor(directory), session);
            call.Print($"mounted {shown}");
            return ExitCode.Done;
        }
        await RunAsync(session, stores, registry, call.Remark, () => call.Print($"mounted {shown}"));
        return ExitCode.Done;
    }

    /// <summary>From the first mount to the last journal.</summary>
    public static async Task RunAsync(OpenSession session, IReadOnlyList<MountOptions> stores, MountRegistry registry, Action<string> say, Action ready)
    {
        try
        {
            await new MountRun(session.Client, stores, registry, say, session).RunAsync(ready);
        }
        finally
        {
            await session.CloseAsync();
        }
    }

    /// <summary>What is mounted where: one store in the directory itself, or all in directories of it.</summary>
    public static async Task<IReadOnlyList<MountOptions>> StoresAsync(Invocation call, OpenSession session, string? only, string directory)
    {
        var owner = Commands.MountStore.ParseOwner(call);
        if (only is not null)
        {
            var store = session.Access.Stores.FirstOrDefault(each => only == each.Id || only == each.Name || only == each.Slug)
                ?? throw new CommandException(ExitCode.NotFound, $"session {session.Access.Session} has no store '{only}'; it has {string.Join(", ", session.Access.Stores.Select(each => $"'{each.Name}'"))}");
            var body = (await session.Client.Stores.GetAsync(store.Id)).Value;
            return [Of(body, store, directory, null)];
        }
        if (call.Has(Commands.MountStore.ImportStray)) throw call.BadUsage($"{Commands.MountStore.ImportStray.Name} saves to one store: name it");
        var all = new List<MountOptions>();
        foreach (var store in session.Access.Stores)
        {
            if (await FindAsync(session.Client, store) is { } body) all.Add(Of(body, store, Path.Combine(directory, store.Slug), directory));
            else call.Remark($"the store '{store.Name}' of the session is deleted, and left out");
        }
        return all.Count > 0 ? all : throw new CommandException(ExitCode.NotFound, $"the stores of session {session.Access.Session} are deleted");

        MountOptions Of(StoreBody body, AttachedStore store, string where, string? group)
        {
            var options = Commands.MountStore.Of(call, body, where, owner);
            return options with { Session = session.Access.Session, Group = group, ReadOnly = options.ReadOnly || store.ReadOnly };
        }
    }

    private static async Task<StoreBody?> FindAsync(MemoryStoresClient client, AttachedStore store)
    {
        try
        {
            return (await client.Stores.GetAsync(store.Id)).Value;
        }
        catch (ApiException deleted) when (deleted.Status == 404)
        {
            return null;
        }
    }
}
