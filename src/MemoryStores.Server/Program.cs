using MemoryStores.Cli;
using MemoryStores.Server;
using MemoryStores.Server.Configuration;

// The one place where the server and the client's verbs meet. ASP.NET is behind Serve: its assemblies are loaded when that
// runs, and never for a client's verb.
return await CommandLine.RunAsync(args,
    new OutsideVerb("serve", "Run the server", Serve.RunAsync),
    new OutsideVerb("config", "Show the server's settings and where each comes from", words => Task.FromResult(ConfigShow.Run(words))));
