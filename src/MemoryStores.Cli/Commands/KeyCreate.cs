using MemoryStores.Contract.Wire;

namespace MemoryStores.Cli.Commands;

internal static class KeyCreate
{
    private static readonly Option Role = new("--role", "what the key may do (default write)") { Value = "ROLE", Choices = ["admin", "write", "read"] };
    private static readonly Option Store = new("--store", "confine it to this store; may be repeated") { Value = "STORE", MayRepeat = true, Completes = Completes.Stores };
    private static readonly Option Prefix = new("--path-prefix", "confine it to this directory, such as /team/") { Value = "DIR/" };
    private static readonly Option Expires = new("--expires", "when it ends: a time such as 2027-01-31T00:00:00Z, or from now 90d, 12h, 30m") { Value = "WHEN" };
    private static readonly Option Workspace = new("--workspace", "another workspace, made when missing; for admin keys of the default one") { Value = "NAME" };

    public static readonly Command Command = new()
    {
        Name = "key create",
        Summary = "Make an API key; its secret is shown this once",
        Arguments = [new Argument("NAME", "what it is for, as people will read it")],
        Options = [Role, Store, Prefix, Expires, Workspace],
        About = "A key that is confined to stores or a directory sees nothing outside: what is there is answered as if it were not.",
        Examples =
        [
            "memstores key create ci --role read --expires 90d",
            "memstores key create 'team agent' --store notes --path-prefix /team/",
            "MEMSTORES_API_KEY=$(memstores key create nightly --quiet)",
        ],
        Ends = Command.OfCalls,
        Run = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var stores = new List<string>();
        foreach (var store in call.Given.All(Store)) stores.Add(await StoreNames.ResolveAsync(call.Client, store));
        var key = await call.Client.Keys.CreateAsync(new CreateKeyBody
        {
            Name = call.Argument(0),
            Role = call.Text(Role) ?? "write",
            Stores = stores.Count > 0 ? stores : null,
            PathPrefix = call.Text(Prefix),
            ExpiresAt = call.Text(Expires) is { } when ? Span.TimeFrom(call, Expires, when) : null,
            Workspace = call.Text(Workspace),
        });
        KeyShown.Print(call, key);
        return ExitCode.Done;
    }
}
