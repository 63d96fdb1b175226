using MemoryStores.Server;

return args switch
{
    [] or ["--help" or "-h" or "help"] => Help.Print(Help.Overview),
    ["--version"] => Help.Print(Help.Version),
    ["serve", .. var rest] => await Serve.RunAsync(rest),
    [var unknown, ..] => Help.Refuse($"unknown command '{unknown}'"),
};
