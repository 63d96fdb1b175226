using MemoryStores.Server;
using MemoryStores.Server.Configuration;

return args switch
{
    [] or ["--help" or "-h" or "help"] => Help.Print(Help.Overview),
    ["--version"] => Help.Print(Help.Version),
    ["serve", .. var rest] => await Serve.RunAsync(rest),
    ["config", "show", .. var rest] => ConfigShow.Run(rest),
    ["config"] or ["config", "--help" or "-h"] => Help.Print(Help.ConfigShow),
    [var unknown, ..] => Help.Refuse($"unknown command '{unknown}'"),
};
