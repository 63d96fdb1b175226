using System.Globalization;
using MemoryStores.Contract;
using MemoryStores.Contract.Wire;
using MemoryStores.Engine.Commits;
using MemoryStores.Server.Http;

namespace MemoryStores.Server.Endpoints;

/// <summary>
/// Commits: ordered changes of one store, each with the version it expects; docs/reference/commits.md is the page for users.
/// </summary>
internal sealed class CommitEndpoints(CommitChanges commit)
{
    private const string Anything = "anything";
    private const string None = "none";
    private const string OfChange = "change:";

    public void Map(IEndpointRouteBuilder app) =>
        app.MapGroup("/ext/v1/memory_stores/{storeId}/commits", Surface.Extension).WithMetadata(TokenRoutes.Stores).MapPost("", Commit);

    private async Task Commit(HttpContext http)
    {
        var (body, refusal) = await http.ReadBodyAsync();
        if (body is null)
        {
            await http.RefuseAsync(refusal!);
            return;
        }
        var (id, atomic) = (CommitIdIn(body), body.Flag("atomic") ?? true);
        var changes = ChangesIn(body);
        if (body.Finish() is { } flaw)
        {
            await http.RefuseAsync(flaw);
            return;
        }
        var request = new CommitRequest(http.Caller(), http.Store(), changes) { CommitId = id, Atomic = atomic };
        await http.AnswerAsync(await commit.RunAsync(request, http.RequestAborted), outcome => new CommitBody
        {
            MemoryStoreId = http.Store().Value,
            CommitId = id,
            Repeated = outcome.Repeated,
            Seq = outcome.Seq,
            Results = [.. outcome.Results.Select(Result)],
        }, WireJson.Wire.CommitBody);
    }

    private static string? CommitIdIn(BodyFields body)
    {
        var id = body.Text("commit_id");
        if (id is not null && (id.Length is 0 or > Limits.CommitIdCharacters || id.AsSpan().ContainsAnyExcept(IdMint.Letters)))
            body.Refuse("commit_id", $"is 1 to {Limits.CommitIdCharacters} letters, digits, '-' and '_', such as a UUID");
        return id;
    }

    private static List<Change> ChangesIn(BodyFields body)
    {
        var changes = new List<Change>();
        var list = body.List("changes", Limits.ChangesPerCommit);
        if (list is null or []) body.Refuse("changes", "is required: a list of at least one change");
        foreach (var fields in list ?? [])
        {
            if (ChangeIn(fields, changes.Count) is { } change) changes.Add(change);
            body.Adopt(fields);
            if (body.Refusal is not null) break;
        }
        return changes;
    }

    private static Change? ChangeIn(BodyFields fields, int index)
    {
        var type = fields.RequiredText("type");
        return type switch
        {
            "create" => Create(fields),
            "update" => Update(fields, index),
            "append" => Append(fields, index),
            "rename" => Rename(fields, index),
            "delete" => Delete(fields, index),
            _ => Unknown(fields, type),
        };
    }

    private static Change.Create Create(BodyFields fields)
    {
        var (path, content) = (fields.RequiredPath("path"), fields.RequiredContent("content"));
        if (fields.Text("expected_version_id") is not (null or None))
            fields.Refuse("expected_version_id", "a create expects that nothing is there: leave it out, or send \"none\"");
        return new Change.Create(path!, content).Against(ContradictedIn(fields));
    }

    private static Change.Update Update(BodyFields fields, int index)
    {
        var (target, content, path) = (TargetIn(fields, index), fields.Content("content"), fields.Path("path"));
        var contradicted = ContradictedIn(fields);
        if (content is null && path is null) fields.Refuse("content", "or path is required: an update changes at least one of them");
        if (content is null && contradicted is not null) fields.Refuse("conflict_with", "is about content: send content with it, or leave it out");
        return new Change.Update(target, content, path, ExpectationIn(fields, index, required: true)).Against(contradicted);
    }

    private static Change.Append Append(BodyFields fields, int index) =>
        new(TargetIn(fields, index), fields.RequiredContent("content"), ExpectationIn(fields, index, required: false));

    private static Change.Update Rename(BodyFields fields, int index) =>
        new(TargetIn(fields, index), null, fields.RequiredPath("path"), ExpectationIn(fields, index, required: true));

    private static Change.Delete Delete(BodyFields fields, int index) =>
        new(TargetIn(fields, index), ExpectationIn(fields, index, required: true));

    private static Change? Unknown(BodyFields fields, string type)
    {
        fields.Refuse("type", $"'{type}' is not a change; there are create, update, append, rename and delete");
        return null;
    }

    private static Target TargetIn(BodyFields fields, int index)
    {
        var (memory, at) = (fields.Text("memory_id"), fields.Path("at"));
        if (memory is null == at is null) fields.Refuse("memory_id", "or at is required, one of them: which memory the change is about");
        if (at is not null) return new Target.AtPath(at);
        if (EarlierChange(memory, index) is { } earlier) return new Target.OfChange(earlier);
        if (MemoryId.TryParse(memory) is null && memory is not null)
            fields.Refuse("memory_id", $"'{memory}' is neither a memory's id nor \"change:N\" for an earlier change of this commit");
        return new Target.ById(MemoryId.FromStorage(memory ?? ""));
    }

    private static Expectation ExpectationIn(BodyFields fields, int index, bool required)
    {
        const string forms = "the head's version id, \"change:N\" for what an earlier change of this commit left, or \"anything\"";
        var text = fields.Text("expected_version_id");
        if (text is null)
        {
            if (required) fields.Refuse("expected_version_id", $"is required: {forms}");
            return Expectation.Nothing;
        }
        if (text == Anything) return Expectation.Nothing;
        if (EarlierChange(text, index) is { } earlier) return new Expectation.LeftBy(earlier);
        if (VersionId.TryParse(text) is { } version) return new Expectation.That(new Precondition.VersionIs(version));
        fields.Refuse("expected_version_id", $"'{text}' is none of these: {forms}");
        return Expectation.Nothing;
    }

    /// <summary>The version that the saved content contradicts.</summary>
    private static VersionId? ContradictedIn(BodyFields fields)
    {
        var text = fields.Text("conflict_with");
        if (text is not null && VersionId.TryParse(text) is null) fields.Refuse("conflict_with", $"'{text}' is not the id of a version");
        return text is null ? null : VersionId.TryParse(text);
    }

    private static int? EarlierChange(string? text, int index) =>
        text is not null && text.StartsWith(OfChange, StringComparison.Ordinal)
        && int.TryParse(text.AsSpan(OfChange.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var earlier) && earlier < index
            ? earlier
            : null;

    private static ChangeResultBody Result(ChangeResult result) => result switch
    {
        ChangeResult.Written { Version: var version } => new("written")
        {
            MemoryId = version.Memory.Value,
            MemoryVersionId = version.Id.Value,
            Seq = version.Seq,
            ContentSha256 = version.Digest?.ToString(),
            CreatedAt = Timestamp.Write(version.CreatedAt),
        },
        ChangeResult.Unchanged same => new("unchanged") { MemoryId = same.MemoryId.Value, MemoryVersionId = same.Head.Value },
        ChangeResult.Refused refused => new("refused") { Error = Answers.Detail(refused.Why) },
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
