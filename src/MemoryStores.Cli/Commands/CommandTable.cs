namespace MemoryStores.Cli.Commands;

/// <summary>Every verb of the program, in the order in which help shows them. A new one is its file here, and its row.</summary>
internal static class CommandTable
{
    private static readonly Command[] OfClient =
    [
        StoreCreate.Command,
        StoreList.Command,
        StoreGet.Command,
        StoreUpdate.Command,
        StoreArchive.Command,
        StoreRemove.Command,

        MemoryCreate.Command,
        MemoryPut.Command,
        MemoryGet.Command,
        MemoryList.Command,
        MemoryEdit.Command,
        MemoryAppend.Command,
        MemoryRename.Command,
        MemoryRemove.Command,

        VersionList.Command,
        VersionGet.Command,
        VersionRedact.Command,

        Log.Command,

        AgentCreate.Command,
        AgentList.Command,
        AgentGet.Command,
        AgentUpdate.Command,
        AgentVersions.Command,
        AgentArchive.Command,

        EnvironmentCreate.Command,
        EnvironmentList.Command,
        EnvironmentGet.Command,
        EnvironmentUpdate.Command,
        EnvironmentArchive.Command,
        EnvironmentRemove.Command,

        SessionCreate.Command,
        SessionList.Command,
        SessionGet.Command,
        SessionUpdate.Command,
        SessionSend.Command,
        SessionEvents.Command,
        SessionShow.Command,
        SessionThreads.Command,
        SessionPrompt.Command,
        SessionImport.Command,
        SessionArchive.Command,
        SessionRemove.Command,

        MountStore.Command,
        MountList.Command,
        Drain.Command,
        Unmount.Command,
        DraftList.Command,
        DraftShow.Command,
        DraftDiscard.Command,
        MountDaemon.Command,
        Run.Command,
        SandboxFirst.Command,
        Sync.Command,

        DreamFiles.Command,
        DreamCheck.Command,

        KeyCreate.Command,
        KeyList.Command,
        KeyRotate.Command,
        KeyRevoke.Command,
        KeyLog.Command,

        Completion.Command,
        Complete.Command,
        Help.Command,
    ];

    /// <summary>The table, with the verbs of other parts of the program in front.</summary>
    public static IReadOnlyList<Command> With(IEnumerable<OutsideVerb> outside) =>
    [
        .. outside.Select(verb => new Command
        {
            Name = verb.Name,
            Summary = verb.Summary,
            Run = async _ => (ExitCode)await verb.RunAsync([]),
            RunOutside = verb.RunAsync,
        }),
        .. OfClient,
    ];
}
