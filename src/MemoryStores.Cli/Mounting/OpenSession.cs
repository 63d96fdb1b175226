using MemoryStores.Client;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Sessions;

namespace MemoryStores.Cli.Mounting;

/// <summary>
/// A session and the token by which its stores are mounted. Opened: 1. is the session alive; 2. which token: the one given, the one
/// that an earlier mount has kept, or a new one, made with the user's key; 3. keep it for as long as something may have to be sent
/// by it. Of a session that is over there is only what was kept.
/// </summary>
internal sealed class OpenSession : IDisposable
{
    public const string TokenVariable = "MEMSTORES_SESSION_TOKEN";

    // How long writes may go on where nobody looks at them any more; a request each, and no more.
    private static readonly TimeSpan LookForEnd = TimeSpan.FromSeconds(2);

    private readonly KeptAccess? kept;
    private readonly MemoryStoresClient? owner;

    private OpenSession(SessionAccess access, KeptAccess? kept, MemoryStoresClient client, MemoryStoresClient? owner) =>
        (Access, this.kept, Client, this.owner) = (access, kept, client, owner);

    public SessionAccess Access { get; }

    /// <summary>Reaches what the session reaches.</summary>
    public MemoryStoresClient Client { get; }

    /// <summary>The token, where it was given to us instead of a key.</summary>
    public string? GivenToken => owner is null ? Access.Token : null;

    /// <summary>Whether the session is over: nothing can be mounted, and what waits can be sent.</summary>
    public bool HasEnded => kept is null;

    /// <summary>The token that was given, by a file or by the environment; null where one is to be made.</summary>
    public static string? FindToken(Invocation call, Option file)
    {
        if (call.Text(file) is not { } path) return call.Surroundings.Variable(TokenVariable) is { Length: > 0 } given ? given : null;
        var text = File.ReadAllText(Path.GetFullPath(path, call.Surroundings.Directory)).Trim();
        return text.Length > 0 ? text : throw call.BadUsage($"{file.Name} {path} is empty");
    }

    /// <summary>Opens with a token that was given, or with the key of <paramref name="call"/>.</summary>
    public static async Task<OpenSession> OpenAsync(Invocation call, string id, string? token)
    {
        MemoryStoresClient With(string secret) => new(ConnectionSettings.Find(call.Given with { Options = [.. call.Given.Options, (GlobalOptions.Key, secret)] }, call.Surroundings).Connection);
        var owner = token is null ? call.Client : null;
        var asking = owner ?? With(token!);
        var server = asking.Connection.Server.ToString();
        if (await FindAsync(asking, id) is not { } body) // 1.
        {
            if (owner is null) asking.Dispose();
            return await OpenEndedAsync(server, id, With);
        }
        var stores = body.Resources.OfType<StoreResource>()
            .Select(store => new AttachedStore(store.MemoryStoreId, store.Name, store.MountPath, store.Access == StoreResource.ReadOnly)).ToList();
        if (stores.Count == 0) throw new CommandException(ExitCode.Failed, $"session {id} has no memory stores; they are given when a session is made");
        foreach (var store in stores.Where(store => store.Slug is "" or "." or ".."))
            throw new CommandException(ExitCode.Failed, $"'{store.MountPath}' of session {id} is no place for a mount");

        var client = asking; // 2.
        var access = new SessionAccess { Server = server, Session = id, Token = token ?? "", Stores = stores };
        if (owner is not null)
        {
            var earlier = KeptAccess.Find(server, id);
            if (earlier is not null && await IsGoodAsync(With, earlier.Token)) access = earlier;
            else if ((await owner.Sessions.CreateTokenAsync(id, new CreateTokenBody("mount"))).Value is { Token: { } made } answer) access = access with { Token = made, TokenId = answer.Id };
            client = With(access.Token);
        }
        var kept = KeptAccess.Hold(access); // 3.
        return new OpenSession(kept.Access, kept, client, owner);
    }

    /// <summary>Completes when the session is archived, deleted or terminated. A server that is away says nothing about that.</summary>
    public async Task OverAsync(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(LookForEnd, TimeProvider.System, stop);
            try
            {
                if (await FindAsync(Client, Access.Session, stop) is null) return;
            }
            catch (Exception unknown) when (unknown is ServerUnreachableException or ApiException)
            {
                // The mounts themselves say what is wrong.
            }
        }
    }

    /// <summary>Once nothing is mounted any more: a token that nobody needs is ended.</summary>
    public async Task CloseAsync()
    {
        if (kept?.TryEnd() != true || Access.TokenId is not { } token || owner is null) return;
        try
        {
            await owner.Sessions.RevokeTokenAsync(Access.Session, token);
        }
        catch (Exception unheard) when (unheard is ServerUnreachableException or ApiException)
        {
            // The session is over and the token with it; or the server is away, and the token is forgotten here.
        }
    }

    public void Dispose()
    {
        kept?.Dispose();
        Client.Dispose();
    }

    /// <summary>Null where there is no such session, or where it is over: then its own token may not look at it either.</summary>
    private static async Task<SessionBody?> FindAsync(MemoryStoresClient client, string id, CancellationToken stop = default)
    {
        try
        {
            var body = (await client.Sessions.GetAsync(id, stop)).Value;
            return body.ArchivedAt is null && body.Status != "terminated" ? body : null;
        }
        catch (ApiException gone) when (gone.Status == 404)
        {
            return null;
        }
        catch (ApiException closed) when (closed.Status == 403)
        {
            // A key that may not see sessions is refused in the same way, but it is not the session's.
            return (await client.Server.GetAsync(stop)).Value.Actor?.SessionId == id ? (SessionBody?)null : throw new CommandException(ExitCode.NoAccess, closed.Message);
        }
    }

    private static async Task<bool> IsGoodAsync(Func<string, MemoryStoresClient> with, string token)
    {
        using var client = with(token);
        try
        {
            _ = await client.Server.GetAsync();
            return true;
        }
        catch (ApiException refused) when (refused.Status == 401)
        {
            return false;
        }
    }

    private static async Task<OpenSession> OpenEndedAsync(string server, string id, Func<string, MemoryStoresClient> with)
    {
        var left = LeftDrafts.DirectoriesOf(id).ToList();
        if (KeptAccess.Find(server, id) is not { } access || left.Count == 0)
            throw new CommandException(ExitCode.NotFound, $"there is no session {id}, or it is over; nothing of it waits on this machine");
        if (!await IsGoodAsync(with, access.Token))
            throw new CommandException(ExitCode.NoAccess, $"session {id} has been over for more than 24 hours, and its token ended then: what its mounts had left cannot be sent any more. It stays in {string.Join(", ", left)}; 'memstores drafts' shows it");
        return new OpenSession(access, null, with(access.Token), null);
    }
}
