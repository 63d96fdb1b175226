using System.Globalization;
using MemoryStores.Cli.Mounting;
using MemoryStores.Contract.Wire;
using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Journaling;

namespace MemoryStores.Cli.Commands;

internal static class MountStore
{
    public static readonly Option ReadOnly = new("--read-only", "refuse every change (EROFS)");
    public static readonly Option AllowOther = new("--allow-other", "let other users of the machine in, as far as the files' modes do");
    public static readonly Option Owner = new("--owner", "whose the files are said to be, in numbers; without it, yours") { Value = "UID[:GID]" };
    public static readonly Option Sync = new("-o", "sync: close() returns when the server has what was written; ro: as --read-only") { Value = "OPTIONS" };
    public static readonly Option ImportStray = new("--import-stray", "save files that are in the directory already to the store, beside what it has");
    public static readonly Option Session = new("--session", "mount as this session: its stores, with its access, in its name") { Value = "ID" };
    public static readonly Option TokenFile = new("--token-file", $"with --session: a file that holds a token of the session; else {OpenSession.TokenVariable}, else one is made") { Value = "FILE", Completes = Completes.Files };
    public static readonly Option Background = new("--background", "return when the directory is ready; a daemon stays");

    public static readonly Command Command = new()
    {
        Name = "mount",
        Summary = "Mount a store: its memories are files in a directory, and each save is a version",
        Arguments = [Arguments.Store with { IsOptional = true }, new Argument("DIR", "an empty directory; it is made where only its parent is there") { Completes = Completes.Files }],
        Options = [ReadOnly, Sync, ImportStray, Background, AllowOther, Owner, Session, TokenFile],
        About = """
            Prints 'mounted DIR' when the directory is ready, and stays until Ctrl-C, SIGTERM, SIGHUP or 'memstores unmount': then it sends
            what was written and unmounts. What the server does not take within a few seconds waits in a journal for the next
            mount of the store with the same key, as does all that a mount had not sent when it was killed. Linux only; users other than root need fusermount3 (Debian: fuse3).
            With --session and no STORE every store of the session is mounted under its name in DIR, where nothing else can be written.
            Versions name the session as their writer, its read-only stores are EROFS, and the mounts end with the session; what they had
            not sent then is sent by the same command within 24 hours.
            """,
        Examples = ["memstores mount notes ./memory", "memstores mount notes /mnt/notes --read-only --background", "memstores mount notes ./memory -o sync", "memstores mount notes ./memory --owner 1000:1000 --allow-other", "memstores mount --session sesn_01… ./memory"],
        Ends = Command.OfCalls,
        Run = MountVerbs.Guarded(RunAsync),
    };

    private static async Task<ExitCode> RunAsync(Invocation call)
    {
        var owner = ParseOwner(call);
        if (Words(call).FirstOrDefault(word => word is not ("sync" or "ro" or "rw")) is { } unknown) throw call.BadUsage($"{Sync.Name} takes sync and ro, not '{unknown}'");
        if (call.Has(ImportStray) && IsReadOnly(call)) throw call.BadUsage($"{ImportStray.Name} writes to the store, and {ReadOnly.Name} does not");
        if (FuseAccess.OfMachine().Problem(call.Has(AllowOther)) is { } problem) throw new CommandException(ExitCode.Failed, problem);
        if (call.Text(Session) is { } session) return await SessionMounting.RunAsync(call, session);
        if (call.Given.Arguments.Count < 2) throw call.BadUsage("'mount' needs STORE and DIR; with --session DIR alone is enough");
        if (call.Has(TokenFile)) throw call.BadUsage($"{TokenFile.Name} goes with {Session.Name}");
        var directory = MountVerbs.Canonical(call, call.Argument(1));
        var store = (await call.Client.Stores.GetAsync(await StoreNames.ResolveAsync(call.Client, call.Argument(0)))).Value;
        if (store.ArchivedAt is not null && !IsReadOnly(call)) call.Remark($"the store '{store.Name}' is archived, so it is mounted read-only");
        var options = Of(call, store, directory, owner);
        var registry = MountVerbs.Registry(call);
        MountPoint.Prepare(directory, registry, call.Has(ImportStray), call.Remark);
        if (call.Has(Background))
        {
            await Daemon.StartAsync(call, options, registry.LogFor(directory));
            Mounted();
            return ExitCode.Done;
        }
        await new MountRun(call.Client, [options], registry, call.Remark).RunAsync(Mounted);
        return ExitCode.Done;

        void Mounted()
        {
            call.Print($"mounted {call.Argument(1)}");
            // Left by a mount with another key or under another URL, or not looked at by this one that writes nothing.
            foreach (var (_, server, changes, journal) in LeftDrafts.Waiting().Where(left => left.Store == store.Id))
                call.Remark($"{Readable.Count(changes, "change")} of an earlier mount of '{store.Name}' at {server} {(changes == 1 ? "waits" : "wait")} for a mount that writes with the same key and URL, in {journal}; 'memstores drafts' lists {(changes == 1 ? "it" : "them")}");
        }
    }

    public static MountOptions Of(Invocation call, StoreBody store, string directory, (uint? User, uint? Group) owner) => new()
    {
        Store = store.Id,
        StoreName = store.Name,
        Directory = directory,
        ReadOnly = IsReadOnly(call) || store.ArchivedAt is not null,
        Sync = Words(call).Contains("sync"),
        ImportStray = call.Has(ImportStray),
        AllowOther = call.Has(AllowOther),
        OwnerUser = owner.User,
        OwnerGroup = owner.Group,
    };

    private static bool IsReadOnly(Invocation call) => call.Has(ReadOnly) || Words(call).Contains("ro");

    private static string[] Words(Invocation call) => call.Text(Sync)?.Split(',') ?? [];

    public static (uint? User, uint? Group) ParseOwner(Invocation call) => ParseOwner(call, Owner);

    public static (uint? User, uint? Group) ParseOwner(Invocation call, Option option)
    {
        if (call.Text(option) is not { } text) return (null, null);
        var ids = text.Split(':').Select(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : (uint?)null).ToList();
        return ids switch
        {
            [{ } user] => (user, null),
            [{ } user, { } group] => (user, group),
            _ => throw call.BadUsage($"{option.Name} takes numbers, such as 1000 or 1000:1000, not '{text}'"),
        };
    }
}
