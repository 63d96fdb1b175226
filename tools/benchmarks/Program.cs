using MemoryStores.Benchmarks;
using MemoryStores.Benchmarks.Baselines;
using MemoryStores.Benchmarks.Rows;

// The baselines are this program again, in processes of their own, so that they have what the server has and no more.
return args switch
{
    ["baseline-constant", var bytes] => await ConstantServer.RunAsync(int.Parse(bytes)),
    ["baseline-group-commit", var directory] => await GroupCommitServer.RunAsync(directory),
    ["baseline-streams"] => await ConstantServer.RunStreamsAsync(),
    ["baseline-empty-server"] => await ConstantServer.RunEmptyAsync(),
    ["baseline-empty-console"] => 0,
    ["--help" or "-h"] => Bench.Help(),
    _ => await Bench.RunAsync(args,
    [
        new GetRow(), new CreateRow(), new VersionListRow(), new StartRow(), new HelpRow(), new EngineRows(), new MountRows(),
        new StreamRows(), new TranscriptRows(),
    ]),
};
