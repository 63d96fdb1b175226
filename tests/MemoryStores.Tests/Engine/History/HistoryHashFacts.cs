using MemoryStores.Contract;
using MemoryStores.Engine.History;
using MemoryStores.Engine.Stores;

namespace MemoryStores.Tests.Engine.History;

/// <summary>
/// The hashes here were computed from the written format by another program. A change that moves one of them breaks the proof
/// of every history ever written: it needs a new tag, not a new number in this file.
/// </summary>
public sealed class HistoryHashFacts
{
    private static readonly byte[] Salts = [.. Enumerable.Range(1, 3).SelectMany(salt => Enumerable.Repeat((byte)salt, HistoryHash.Size))];
    private static readonly Actor Key = new(ActorKind.ApiKey, "apikey_1");

    private static readonly HistoryEntry StoreCreated = Entry(1, HistoryKind.StoreCreated, new Actor(ActorKind.Session, "sesn_1")) with
    {
        Profile = StoreProfile.FromStorage("Notes", "", [KeyValuePair.Create("b", ""), KeyValuePair.Create("a", "1")]),
    };

    private static readonly HistoryEntry MemoryCreated = Entry(2, HistoryKind.MemoryCreated, Key) with
    {
        CommitId = "commit 1",
        Memory = MemoryId.FromStorage("mem_1"),
        Version = VersionId.FromStorage("memver_1"),
        Path = MemoryPath.FromStorage("/häuser.md"),
        Digest = ContentDigest.Of("text"u8),
        Size = 4,
    };

    private static readonly HistoryEntry MemoryDeleted = Entry(3, HistoryKind.MemoryDeleted, by: null) with
    {
        Memory = MemoryId.FromStorage("mem_1"),
        Version = VersionId.FromStorage("memver_2"),
        Path = MemoryPath.FromStorage("/häuser.md"),
    };

    private static readonly HistoryEntry VersionRedacted = Entry(4, HistoryKind.VersionRedacted, new Actor(ActorKind.User, "user_1")) with
    {
        Memory = MemoryId.FromStorage("mem_1"),
        About = VersionId.FromStorage("memver_1"),
    };

    private static readonly HistoryEntry MemoryModified = MemoryCreated with
    {
        Seq = 5,
        Kind = HistoryKind.MemoryModified,
        At = 1_793_607_330_120_003,
        By = new Actor(ActorKind.ServiceAccount, "svac_1"),
        CommitId = null,
        Version = VersionId.FromStorage("memver_3"),
    };

    private static readonly HistoryEntry StoreUpdated = Entry(6, HistoryKind.StoreUpdated, Key) with { Profile = StoreCreated.Profile };

    private static readonly HistoryEntry StoreArchived = Entry(7, HistoryKind.StoreArchived, Key);

    private static readonly HistoryEntry MemoryConflict = Entry(8, HistoryKind.MemoryConflict, Key) with
    {
        CommitId = "commit 1",
        Memory = MemoryId.FromStorage("mem_1"),
        Version = VersionId.FromStorage("memver_3"),
        About = VersionId.FromStorage("memver_1"),
    };

    private static readonly (HistoryEntry Entry, int Salts, string Hash)[] Golden =
    [
        (StoreCreated, 3, "e44b8794ac777093641828d07813c826fe3e30ed28208580002cd244b439b7d3"),
        (MemoryCreated, 2, "85d28558f48343aaca4e09e4ef9a7fc7dff358ebd2291c3bacebc6a0bd4494bb"),
        (MemoryDeleted, 1, "95e411304ce55d71c747d811301d4902fc22036e55c1c9cb624bf3025eb56b61"),
        (VersionRedacted, 0, "4a618722b2f93e2f96618cf8ac9662ca7ebf69ec6692a376b40dd53a07db7bc5"),
        (MemoryModified, 2, "84a5189cc9ec2a5ae7130f472f503279611d330684e47548fe821b2cc333032f"),
        (StoreUpdated, 3, "dcbf301c2cc2bea0060280abd380e425428083f763d0f7e88f1c598fb14d77e2"),
        (StoreArchived, 0, "c188f7eea52ef0669b519790ea369bb58a40f85ed72ca29284d65f65726c197e"),
        (MemoryConflict, 0, "2ffae0e94e1a1fe64e800e6baa73fc1b4dc09e0cdb5f431cc764901a45256905"),
    ];

    [Fact]
    public void Every_kind_of_entry_has_the_hash_it_always_had()
    {
        foreach (var (entry, salts, hash) in Golden) Assert.Equal(hash, HashOf(entry, salts));
        Assert.Equal(Enum.GetValues<HistoryKind>().Order(), Golden.Select(golden => golden.Entry.Kind).Order());
    }

    [Fact]
    public void Commitments_are_what_they_always_were() => Assert.Equal(
        "f8c7e34290590d263c0bba05d0efbce17353777cb9ca1a380dfa71287dbe4362e4070ec2e39a6c1d33fb8436df503802e0bc35047dd0c50fd7c7c1f46ba2b451",
        Convert.ToHexStringLower(HistoryHash.Commitments(MemoryCreated, Salts.AsSpan(0, 64))));

    [Fact]
    public void The_chain_of_links_is_what_it_always_was()
    {
        var link = new byte[HistoryHash.Size];
        foreach (var (_, _, hash) in Golden) link = HistoryHash.LinkOf(link, Convert.FromHexString(hash));

        Assert.Equal("55d5fbb353f900ab4bc863c7f09ea0db8cfa7f76a311c36d46cdc993a0527ecb", Convert.ToHexStringLower(link));
    }

    [Fact]
    public void Every_field_is_in_the_hash()
    {
        HistoryEntry[] changed =
        [
            MemoryCreated with { Store = StoreId.FromStorage("memstore_2") },
            MemoryCreated with { Seq = 3 },
            MemoryCreated with { Kind = HistoryKind.MemoryModified },
            MemoryCreated with { At = MemoryCreated.At + 1 },
            MemoryCreated with { By = null },
            MemoryCreated with { By = Key with { Kind = ActorKind.User } },
            MemoryCreated with { By = Key with { Id = "apikey_2" } },
            MemoryCreated with { CommitId = null },
            MemoryCreated with { CommitId = "" },
            MemoryCreated with { Memory = MemoryId.FromStorage("mem_2") },
            MemoryCreated with { Version = VersionId.FromStorage("memver_2") },
            MemoryCreated with { About = VersionId.FromStorage("memver_1") },
            MemoryCreated with { Path = MemoryPath.FromStorage("/häuser") },
            MemoryCreated with { Digest = ContentDigest.Of("Text"u8) },
            MemoryCreated with { Size = 5 },
        ];

        var hashes = changed.Select(entry => HashOf(entry, 2)).Append(HashOf(MemoryCreated, 2)).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct().Count());

        HistoryEntry[] profiles =
        [
            StoreCreated,
            StoreCreated with { Profile = StoreProfile.FromStorage("Notes", "", []) },
            StoreCreated with { Profile = StoreProfile.FromStorage("Note", "s", []) },
            StoreCreated with { Profile = StoreProfile.FromStorage("Notes", "", [KeyValuePair.Create("a", "1b")]) },
            StoreCreated with { Profile = StoreProfile.FromStorage("Notes", "", [KeyValuePair.Create("a1", "b")]) },
        ];
        Assert.Equal(profiles.Length, profiles.Select(entry => HashOf(entry, 3)).Distinct().Count());
    }

    [Fact]
    public void A_field_does_not_run_into_the_next()
    {
        var one = MemoryDeleted with { CommitId = "ab", Memory = MemoryId.FromStorage("c") };
        var other = MemoryDeleted with { CommitId = "a", Memory = MemoryId.FromStorage("bc") };

        Assert.NotEqual(HashOf(one, 1), HashOf(other, 1));
    }

    [Fact]
    public void Sealing_salts_each_committed_field_anew_and_links_to_the_entry_before()
    {
        var previous = Enumerable.Repeat((byte)7, HistoryHash.Size).ToArray();
        var (sealed1, sealed2) = (HistoryHash.Seal(MemoryCreated, previous), HistoryHash.Seal(MemoryCreated, previous));

        Assert.Equal(2 * HistoryHash.Size, sealed1.Salts.Length);
        Assert.False(sealed1.Salts.Span.SequenceEqual(sealed2.Salts.Span));
        Assert.False(sealed1.Salts.Span[..32].SequenceEqual(sealed1.Salts.Span[32..]));
        Assert.Equal(HistoryHash.EntryOf(sealed1, HistoryHash.Commitments(sealed1, sealed1.Salts.Span)), sealed1.Entry.ToArray());
        Assert.Equal(HistoryHash.LinkOf(previous, sealed1.Entry.Span), sealed1.Link.ToArray());
    }

    [Fact]
    public void An_erased_entry_is_recomputed_from_its_commitments()
    {
        foreach (var (whole, count, hash) in Golden)
        {
            var erased = whole with { Path = null, Digest = null, Size = null, Profile = null };
            Assert.Equal(hash, Convert.ToHexStringLower(HistoryHash.EntryOf(erased, HistoryHash.Commitments(whole, Salts.AsSpan(0, count * HistoryHash.Size)))));
        }
    }

    [Fact]
    public void Salts_that_do_not_fit_the_fields_are_a_broken_promise()
    {
        Assert.Throws<InvalidDataException>(() => HistoryHash.Commitments(MemoryCreated, Salts));
        Assert.ThrowsAny<Exception>(() => HistoryHash.Commitments(MemoryCreated, Salts.AsSpan(0, 32)));
    }

    private static HistoryEntry Entry(long seq, HistoryKind kind, Actor? by) => new()
    {
        Store = StoreId.FromStorage("memstore_1"),
        Seq = seq,
        Kind = kind,
        At = 1_793_607_330_119_998 + seq,
        By = by,
    };

    private static string HashOf(HistoryEntry entry, int salts) =>
        Convert.ToHexStringLower(HistoryHash.EntryOf(entry, HistoryHash.Commitments(entry, Salts.AsSpan(0, salts * HistoryHash.Size))));
}
