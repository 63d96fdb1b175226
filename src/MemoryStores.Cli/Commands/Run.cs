using System.Collections;
using MemoryStores.Cli.Mounting;
using MemoryStores.Client;
using MemoryStores.Fuse.Mounting;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Sandboxes;

namespace MemoryStores.Cli.Commands;

internal static class Run
{
    private const string None = "none";
    private static readonly Option Network = new("--network", "host: the machine's; none: no network at all. Without it: host") { Value = "KIND", Choices = ["host", None] };
    private static readonly Option User = new("--user", "whom CMD runs as, in numbers; for root only") { Value = "UID[:GID]" };
    private static readonly Option Hide = new("--hide", "a file or directory that CMD is not to see") { Value = "PATH", MayRepeat = true, Completes = Completes.Files };

    public static readonly Command Command = new()
    {
        Name = "run",
        Summary = "Run a command in a sandbox that has the memory stores of a session at /mnt/memory",
        Arguments = [new Argument("CMD", "the command and its words, after --") { MayRepeat = true }],
        Options = [MountStore.Session, MountStore.TokenFile, Network, User, Hide],
        About = """
            CMD has user, mount and process namespaces of its own. Each store of the session is at /mnt/memory/NAME, written in the name of
            the session; its read-only stores and /mnt/memory itself are EROFS. Keys, journals, data directories of servers and variables that
            lead to them are not in the sandbox. In the end what CMD wrote is sent, and what it left running is killed. Ends with CMD's
            exit code, 128 and the signal's number where CMD was killed. Linux only; ordinary users need /dev/fuse to be open to them.
            """,
        Examples = ["memstores run --session sesn_01… -- bash", "memstores run --session sesn_01… --network none -- python3 agent.py"],
        Ends = Command.OfCalls,
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var id = call.Text(MountStore.Session) ?? throw call.BadUsage($"'run' needs {MountStore.Session.Name} ID");
        var (user, group) = UserOf(call);
        if (FuseProblem() is { } problem) throw new CommandException(ExitCode.Failed, problem);
        using var session = await OpenSession.OpenAsync(call, id, OpenSession.FindToken(call, MountStore.TokenFile));
        if (session.HasEnded) throw new CommandException(ExitCode.Failed, $"session {id} is over. What its mounts had left: memstores mount --session {id} DIR");
        try
        {
            var isOther = user != CurrentUser.Id;
            // In a namespace of its own an ordinary user is root, and files are whose they are there.
            var (shownUser, shownGroup) = CurrentUser.Id == 0 ? (user, group) : (0, 0);
            var stores = (await SessionMounting.StoresAsync(call, session, null, SandboxPlan.Root))
                .Select(store => store with { AllowOther = isOther, OwnerUser = shownUser, OwnerGroup = shownGroup }).ToList();
            var plan = new SandboxPlan
            {
                Stores = [.. stores.Select(store => new SandboxStore(Path.GetFileName(store.Directory), store.ReadOnly, isOther))],
                Hidden = Hidden.Of(MountVerbs.Registry(call), Path.GetFullPath(call.Surroundings.Directory), [call.Text(MountStore.TokenFile), .. call.Given.All(Hide)]),
                User = user,
                Group = group,
                IsRoot = CurrentUser.Id == 0,
                Directory = Path.GetFullPath(call.Surroundings.Directory),
                Command = call.Given.Arguments,
            };
            var (program, verb) = Daemon.Self(SandboxFirst.Command.Name);
            return (ExitCode)await new SandboxRun(session, stores, plan, call.Remark).RunAsync(Variables(call, session), program, verb, call.Text(Network) == None);
        }
        finally
        {
            await session.CloseAsync();
        }
    }

    private static (uint User, uint Group) UserOf(Invocation call)
    {
        if (call.Text(User) is not { } text) return (CurrentUser.Id, CurrentUser.Group);
        if (CurrentUser.Id != 0) throw call.BadUsage($"{User.Name} is for root");
        var (user, group) = MountStore.ParseOwner(call, User);
        return (user!.Value, group ?? user.Value);
    }

    private static string? FuseProblem()
    {
        var access = FuseAccess.OfMachine();
        return access.IsRoot || access.DeviceRefusal is null || !access.HasDevice ? access.IsRoot || !access.HasDevice ? access.Problem(allowOther: false) : null
            : $"/dev/fuse cannot be opened by this user ({access.DeviceRefusal}), and a sandbox mounts by itself. As root: chmod 666 /dev/fuse, or run this as root";
    }

    /// <summary>The environment without what leads to our server: our own variables, the pair of a foreign client that is set to it, and whatever holds a key.</summary>
    private static Dictionary<string, string> Variables(Invocation call, OpenSession session)
    {
        string?[] secrets = [session.Access.Token, session.GivenToken is null ? call.Client.Connection.Key : null];
        var isForeign = ServerAddress.TryParse(call.Surroundings.Variable("ANTHROPIC_BASE_URL") ?? "", out var foreign, out _) && foreign.IsSameServer(session.Client.Connection.Server);
        return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(each => (Name: (string)each.Key, Value: (string?)each.Value ?? ""))
            .Where(each => !each.Name.StartsWith("MEMSTORES_", StringComparison.Ordinal)
                && !(isForeign && each.Name.StartsWith("ANTHROPIC_", StringComparison.Ordinal))
                && !secrets.Any(secret => secret is { Length: > 0 } && each.Value.Contains(secret, StringComparison.Ordinal)))
            .ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal);
    }
}
