using MemoryStores.Contract;
using MemoryStores.Engine.Access;
using MemoryStores.Engine.Commits;

namespace MemoryStores.Tests.Engine.Commits;

public sealed class CommitReceiptFacts
{
    private static readonly Caller Me = new(WorkspaceId.FromStorage("wrkspc_1"), new Actor(ActorKind.ApiKey, "apikey_1"));
    private static readonly Target Memory = new Target.ById(MemoryId.FromStorage("mem_1"));
    private static readonly MemoryPath Path = MemoryPath.FromStorage("/a");
    private static readonly Change.Update Update = new(Memory, MemoryContent.Of("text"), Path, Head("memver_1"));

    [Fact]
    public void A_receipt_is_for_the_request_it_was_made_of() => Assert.True(ReceiptOf(Update).IsFor(Request(Update)));

    [Fact]
    public void A_receipt_is_for_no_other_changes()
    {
        Change[] kinds =
        [
            Update,
            Update with { Target = new Target.ById(MemoryId.FromStorage("mem_2")) },
            Update with { Target = new Target.AtPath(MemoryPath.FromStorage("/mem_1")) },
            Update with { Target = new Target.OfChange(0) },
            Update with { Content = MemoryContent.Of("other") },
            Update with { Content = null },
            Update with { Path = MemoryPath.FromStorage("/b") },
            Update with { Path = null },
            Update with { Expects = Head("memver_2") },
            Update with { Expects = Expectation.Nothing },
            Update with { Expects = new Expectation.LeftBy(0) },
            Update with { Expects = new Expectation.LeftBy(1) },
            Update with { Expects = new Expectation.That(new Precondition.ContentIs(ContentDigest.Of("text"u8))) },
            new Change.Append(Memory, MemoryContent.Of("text"), Expectation.Nothing),
            new Change.Append(Memory, MemoryContent.Of("more"), Expectation.Nothing),
            new Change.Append(Memory, MemoryContent.Of("text"), Head("memver_1")),
            new Change.Delete(Memory, Expectation.Nothing),
            new Change.Delete(Memory, Head("memver_1")),
            new Change.Create(Path, MemoryContent.Of("text")),
            new Change.Create(Path, MemoryContent.Of("other")),
            new Change.Create(MemoryPath.FromStorage("/b"), MemoryContent.Of("text")),
        ];

        for (var i = 0; i < kinds.Length; i++)
        {
            var receipt = ReceiptOf(kinds[i]);
            for (var j = 0; j < kinds.Length; j++) Assert.True((i == j) == receipt.IsFor(Request(kinds[j])), $"{kinds[i]} and {kinds[j]}");
        }
    }

    [Fact]
    public void Order_number_and_atomicity_tell_requests_apart()
    {
        var (first, second) = (new Change.Create(Path, MemoryContent.Of("1")), new Change.Create(MemoryPath.FromStorage("/b"), MemoryContent.Of("2")));
        var receipt = ReceiptOf(first, second);

        Assert.False(receipt.IsFor(Request(second, first)));
        Assert.False(receipt.IsFor(Request(first)));
        Assert.False(receipt.IsFor(Request(first, second, second)));
        Assert.False(receipt.IsFor(Request(first, second) with { Atomic = false }));
        Assert.True(receipt.IsFor(Request(first, second) with { WithContent = true }));
    }

    [Fact]
    public void Fingerprints_are_salted_so_that_equal_commits_do_not_look_alike()
    {
        var (one, other) = (ReceiptOf(Update), ReceiptOf(Update));

        Assert.Equal(CommitReceipt.FingerprintSize, one.Fingerprint.Length);
        Assert.False(one.Fingerprint.Span.SequenceEqual(other.Fingerprint.Span));
    }

    [Fact]
    public void A_fingerprint_overwritten_by_a_redaction_takes_any_request() =>
        Assert.True((ReceiptOf(Update) with { Fingerprint = new byte[CommitReceipt.FingerprintSize] }).IsFor(Request()));

    [Fact]
    public void Lines_are_read_back_and_hold_no_content_path_or_words()
    {
        ReceiptLine[] lines =
        [
            new(ReceiptLine.Written, "mem_1", "memver_1"), new(ReceiptLine.Unchanged, "mem_2", "memver_2"),
            new(ReceiptLine.Refused, Status: 409, Type: "memory_path_conflict_error"),
        ];
        var receipt = CommitReceipt.For(7, lines, Request(Update));

        Assert.Equal(lines, receipt.Lines());
        Assert.Equal(
            """[{"kind":"written","memory":"mem_1","version":"memver_1"},{"kind":"unchanged","memory":"mem_2","version":"memver_2"},{"kind":"refused","status":409,"type":"memory_path_conflict_error"}]""",
            receipt.ResultsJson);
    }

    private static Expectation Head(string version) => new Expectation.That(new Precondition.VersionIs(VersionId.FromStorage(version)));

    private static CommitRequest Request(params Change[] changes) => new(Me, StoreId.FromStorage("memstore_1"), changes);

    private static CommitReceipt ReceiptOf(params Change[] changes) => CommitReceipt.For(1, [], Request(changes));
}
