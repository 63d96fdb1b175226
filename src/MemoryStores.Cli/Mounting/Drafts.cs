using MemoryStores.Mount;
using MemoryStores.Mount.Control;
using MemoryStores.Mount.Journaling;

namespace MemoryStores.Cli.Mounting;

/// <summary>The drafts of this user's mounts, and those in journals that no mount holds just now.</summary>
internal static class Drafts
{
    public static readonly Argument Id = new("DRAFT", "its id, as 'memstores drafts' lists it");

    /// <summary>Of a mount that does not answer there are none to be seen, which is remarked.</summary>
    public static async Task<List<DraftEntry>> ListAsync(Invocation call)
    {
        var drafts = new List<DraftEntry>();
        foreach (var mount in Live(call))
        {
            try
            {
                drafts.AddRange(await new ControlClient(mount).DraftsAsync());
            }
            catch (DaemonSilentException silent)
            {
                call.Remark($"{mount.Entry.Directory} is left out: {silent.Message}");
            }
        }
        drafts.AddRange(LeftDrafts.List());
        return drafts;
    }

    public static async Task<byte[]> ContentAsync(Invocation call, string id)
    {
        foreach (var mount in Live(call))
        {
            if (await new ControlClient(mount).DraftContentAsync(id) is { } content) return content;
        }
        return LeftDrafts.Content(id) ?? throw Unknown(id);
    }

    public static async Task DiscardAsync(Invocation call, string id)
    {
        foreach (var mount in Live(call))
        {
            if (await new ControlClient(mount).DiscardDraftAsync(id)) return;
        }
        if (!LeftDrafts.Discard(id)) throw Unknown(id);
    }

    private static IEnumerable<RegisteredMount> Live(Invocation call) => MountVerbs.Registry(call).List().Where(mount => mount is { IsLive: true, Entry.ReadOnly: false });

    private static CommandException Unknown(string id) => new(ExitCode.NotFound, $"there is no draft '{id}'; 'memstores drafts' lists them");
}
