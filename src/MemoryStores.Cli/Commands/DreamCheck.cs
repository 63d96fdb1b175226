using MemoryStores.Dreaming;
using MemoryStores.Dreaming.Checking;
using MemoryStores.Dreaming.Folders;
using MemoryStores.Dreaming.Ledger;

namespace MemoryStores.Cli.Commands;

internal static class DreamCheck
{
    public static readonly Command Command = new()
    {
        Name = "dream check",
        Summary = "Verify a dream by its input, its output and its ledger alone",
        Arguments =
        [
            new Argument("INPUT", "the folder of the case: store/, store_meta.json and sessions/") { Completes = Completes.Files },
            new Argument("OUTPUT", "the folder of the output store") { Completes = Completes.Files },
            new Argument("LEDGER", "the ledger, a file of JSON lines") { Completes = Completes.Files },
        ],
        About = """
            Every statement of the input is accounted for; what was kept is found again, names, numbers, dates, code and addresses too;
            what no line acts on is byte for byte the same; no word is invented; no more is taken away than the budget allows.
            Prints each flaw, and ends with 1 when there is one.
            """,
        Examples = ["memstores dream check cases/one outputs/one outputs/one.ledger.jsonl"],
        Run = call => Task.FromResult(Run(call)),
        Ends = [ExitCode.NotFound],
    };

    private static ExitCode Run(Invocation call)
    {
        var (input, output, ledger) = (call.Argument(0), call.Argument(1), call.Argument(2));
        if (!Directory.Exists(Path.Combine(input, "sessions"))) throw new CommandException(ExitCode.NotFound, $"{input} is no case: it has no folder sessions/");
        if (!Directory.Exists(output)) throw new CommandException(ExitCode.NotFound, $"{output}: there is no such folder");
        if (!File.Exists(ledger)) throw new CommandException(ExitCode.NotFound, $"{ledger}: there is no such file");
        IReadOnlyList<string> flaws;
        try
        {
            var read = DreamFolder.Read(Path.Combine(input, "store"), Path.Combine(input, "store_meta.json"), Path.Combine(input, "sessions"));
            var memories = DreamFolder.ReadStore(output, null).Select(memory => new OutputMemory(memory.Path, memory.Content)).ToList();
            flaws = LedgerChecker.Check(read, memories, LedgerFile.Read(File.ReadAllBytes(ledger)));
        }
        catch (FolderException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
        catch (FormatException e)
        {
            throw new CommandException(ExitCode.Failed, $"{ledger}: {e.Message}");
        }
        foreach (var flaw in flaws) call.Print(PlainText.Of(flaw));
        if (flaws.Count > 0) throw new CommandException(ExitCode.Failed, $"{Readable.Count(flaws.Count, "flaw")} found");
        if (!call.IsQuiet) call.Print("the ledger accounts for everything");
        return ExitCode.Done;
    }
}
