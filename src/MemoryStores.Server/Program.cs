using MemoryStores.Cli;
using MemoryStores.Server;
using MemoryStores.Server.Configuration;

// The one place where the server and the client's verbs meet. ASP.NET is behind these two: its assemblies are loaded when one
// of them runs, and never for a client's verb.
return await CommandLine.RunAsync(
    args,
    new OutsideVerb("serve", "Run the server", Serve.RunAsync),
    new OutsideVerb("config show", "Show what the server would run with, and where each value is from", arguments => Task.FromResult(ConfigShow.Run(arguments))));
