using MemoryStores.Client;
using MemoryStores.Fuse;
using MemoryStores.Mount;
using MemoryStores.Mount.Tree;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Mount;

public sealed class ServerStateFacts
{
    private readonly SteppedTime time = new();
    private readonly MountTree tree;
    private readonly ServerState state;

    public ServerStateFacts()
    {
        tree = new MountTree(new Bounds(), time);
        state = new ServerState(tree);
    }

    [Fact]
    public void Away_counts_from_the_first_failure_and_ends_with_any_answer()
    {
        Assert.Equal(0, state.AwaySeconds);
        state.Failed(FakeStore.Unreachable);
        time.Move(TimeSpan.FromSeconds(3));
        state.Failed(new ApiException(503, "overloaded_error", "Later."));
        time.Move(TimeSpan.FromSeconds(4));
        Assert.True(state.IsAway);
        Assert.Equal(7, state.AwaySeconds);
        Assert.Equal("Later.", state.Problem);
        state.Answered();
        Assert.False(state.IsAway);
        Assert.Null(state.Problem);
    }

    [Theory]
    [InlineData(401, "authentication_error")]
    [InlineData(403, "permission_error")]
    public void A_key_that_is_not_known_is_forbidden_until_it_is(int status, string type)
    {
        state.Failed(new ApiException(status, type, "No."));
        Assert.True(tree.IsForbidden);
        Assert.Equal(Errno.EACCES, Errnos.OfStore(tree));
        Assert.False(state.IsAway);
        state.Answered();
        Assert.Equal(Errno.None, Errnos.OfStore(tree));
    }

    [Fact]
    public void Some_other_server_s_404_does_not_delete_the_store()
    {
        state.Failed(new ApiException(404, ApiException.NotOurs, "nginx"));
        Assert.False(tree.IsDeleted);
        state.Failed(new ApiException(404, "not_found_error", "There is no such store."));
        Assert.True(tree.IsDeleted);
        state.Answered();
        Assert.True(tree.IsDeleted);
    }

    [Fact]
    public void Our_own_commits_are_known_again_and_no_others()
    {
        Assert.False(state.IsOurs(null));
        Assert.False(state.IsOurs("a"));
        state.Sends("a");
        state.Sends("a");
        Assert.True(state.IsOurs("a"));
        for (var later = 0; later < 4_096; later++) state.Sends($"later {later}");
        Assert.False(state.IsOurs("a"));
        Assert.True(state.IsOurs("later 0"));
        Assert.True(state.IsOurs("later 4095"));
    }
}
