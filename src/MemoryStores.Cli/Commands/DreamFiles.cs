using System.Diagnostics;
using System.Globalization;
using System.Text;
using MemoryStores.Dreaming;
using MemoryStores.Dreaming.Folders;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Cli.Commands;

internal static class DreamFiles
{
    private static readonly Option Store = new("--store", "the memories, a file each; none is an empty store") { Value = "DIR", Completes = Completes.Files };
    private static readonly Option Meta = new("--meta", "when each memory was written: [{path, created_at, updated_at}]") { Value = "FILE", Completes = Completes.Files };
    private static readonly Option Sessions = new("--sessions", "the sessions, a JSON file each") { Value = "DIR", Completes = Completes.Files };
    private static readonly Option Cases = new("--cases", "instead: a folder of cases, each with store/, store_meta.json and sessions/") { Value = "DIR", Completes = Completes.Files };
    private static readonly Option Out = new("--out", "where the output goes; nothing may be there under the same name") { Value = "DIR", Completes = Completes.Files };
    private static readonly Option Instructions = new("--instructions", "what to keep, drop, focus on, never take over, or put under a path") { Value = "TEXT" };
    private static readonly Option Force = new("--force", "replace what is at the place of the output");

    public static readonly Command Command = new()
    {
        Name = "dream files",
        Summary = "Dream over plain folders: a store and past sessions in, a reorganized store out",
        Options = [Store, Meta, Sessions, Cases, Out, Instructions, Force],
        About = """
            Writes the output store to DIR/NAME, with NAME the name of the case ('store' for a single one), beside it NAME.ledger.jsonl
            with a line for every statement, and NAME.timing.json. Works without a server, a network or a model, and gives the same
            bytes for the same input. A dream that the checker refuses is not written: the output is then the store as it was, and
            the command ends with 1.
            """,
        Examples =
        [
            "memstores dream files --store notes --meta store_meta.json --sessions sessions --out dreamt",
            "memstores dream files --cases cases --out outputs",
            "memstores dream files --store notes --sessions sessions --out dreamt --instructions 'Never keep phone numbers. Put recipes under /kitchen.'",
        ],
        Run = call => Task.FromResult(Run(call)),
        Ends = [ExitCode.NotFound, ExitCode.Conflict],
    };

    private static ExitCode Run(Invocation call)
    {
        var target = call.Text(Out) ?? throw call.BadUsage("--out DIR is needed: where the output goes");
        var cases = call.Text(Cases);
        if (cases is null == call.Text(Sessions) is null) throw call.BadUsage("either --sessions DIR or --cases DIR is needed, and not both");
        if (cases is not null && (call.Has(Store) || call.Has(Meta))) throw call.BadUsage("--cases brings its own stores: leave --store and --meta out");
        var refused = 0;
        var isWarm = cases is null;
        foreach (var (name, store, meta, sessions) in cases is null ? [("store", call.Text(Store), call.Text(Meta), call.Text(Sessions)!)] : CasesIn(cases))
        {
            try
            {
                // The times of many cases are those of a warm program: the first is dreamt once without being timed.
                if (!isWarm) _ = CheckedDream.Run(new OfflineDreamer(), DreamInputOf(call, store, meta, sessions));
                isWarm = true;
                refused += Dream(call, target, name, DreamInputOf(call, store, meta, sessions)) ? 0 : 1;
            }
            catch (FolderException e)
            {
                throw new CommandException(ExitCode.Failed, e.Message);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(ExitCode.Failed, $"{name}: {e.Message}");
            }
        }
        return refused == 0 ? ExitCode.Done : throw new CommandException(ExitCode.Failed, $"{Readable.Count(refused, "dream")} refused by the checker; the output there is the store as it was");
    }

    private static DreamInput DreamInputOf(Invocation call, string? store, string? meta, string sessions)
    {
        if (store is not null && call.Has(Store) && !Directory.Exists(store)) throw new CommandException(ExitCode.NotFound, $"{store}: there is no such folder of memories");
        if (meta is not null && call.Has(Meta) && !File.Exists(meta)) throw new CommandException(ExitCode.NotFound, $"{meta}: there is no such file");
        return DreamFolder.Read(store, meta, sessions, call.Text(Instructions));
    }

    private static List<(string Name, string? Store, string? Meta, string Sessions)> CasesIn(string folder)
    {
        if (!Directory.Exists(folder)) throw new CommandException(ExitCode.NotFound, $"{folder}: there is no such folder of cases");
        var found = Directory.EnumerateDirectories(folder).Where(each => Directory.Exists(Path.Combine(each, "sessions"))).Order(StringComparer.Ordinal)
            .Select(each => (Path.GetFileName(each), (string?)Path.Combine(each, "store"), (string?)Path.Combine(each, "store_meta.json"), Path.Combine(each, "sessions"))).ToList();
        return found.Count > 0 ? found : throw new CommandException(ExitCode.NotFound, $"{folder} holds no case: a folder with sessions/ in it");
    }

    private static bool Dream(Invocation call, string target, string name, DreamInput input)
    {
        var folder = Path.Combine(target, name);
        if (Path.Exists(folder))
        {
            if (!call.Has(Force)) throw new CommandException(ExitCode.Conflict, $"{folder} is already there; name another --out, or add --force to replace it");
            Directory.Delete(folder, recursive: true);
        }
        var watch = Stopwatch.StartNew();
        var dream = CheckedDream.Run(new OfflineDreamer(), input);
        var output = dream.Flaws.Count == 0 ? dream.Output : CheckedDream.Unchanged(input);
        watch.Stop();
        Directory.CreateDirectory(folder);
        DreamFolder.Write(folder, output.Memories);
        File.WriteAllBytes(folder + ".ledger.jsonl", LedgerFile.Write(output.Ledger));
        File.WriteAllBytes(folder + ".timing.json", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"wall_ms\": {watch.Elapsed.TotalMilliseconds:0.0}}}\n")));
        foreach (var flaw in dream.Flaws.Take(10)) call.Remark($"{name}: {flaw}");
        Tell(call, name, output.Report);
        return dream.Flaws.Count == 0;
    }

    private static void Tell(Invocation call, string name, DreamReport report)
    {
        foreach (var sentence in report.NotUnderstood) call.Remark($"not understood, and not followed: {sentence}");
        if (call.IsQuiet) call.Print(PlainText.Of(name));
        else if (report.IsUnchanged) call.Print(PlainText.Of($"{name}: nothing to do"));
        else call.Print(PlainText.Of(string.Create(CultureInfo.InvariantCulture, $"{name}: {report.Kept} kept, {report.Merged} merged, {report.Superseded} superseded, {report.Promoted} promoted, {report.SetAside} set aside, {Readable.Count(report.Masked, "secret")} masked")));
    }
}
