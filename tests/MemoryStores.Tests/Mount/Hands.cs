using System.Text;
using MemoryStores.Fuse;
using MemoryStores.Fuse.Wire;
using MemoryStores.Mount.Journaling;
using MemoryStores.Mount.Tree;

namespace MemoryStores.Tests.Mount;

/// <summary>A program: what it asks of a mount, and beside it what it may believe to be so from then on.</summary>
internal sealed class Hands(MountInMemory mount, Belief belief)
{
    public const OpenFlags Truncates = OpenFlags.WriteOnly | OpenFlags.Truncate;
    public const OpenFlags Appends = OpenFlags.WriteOnly | OpenFlags.Append;

    public MountInMemory Mount => mount;

    public Belief Belief => belief;

    public sealed record Descriptor(MountInMemory.Handle Handle, Belief.BelievedFile File);

    public Descriptor Create(string path)
    {
        var handle = mount.Create(path);
        return new Descriptor(handle, belief.Create(path));
    }

    public Descriptor Open(string path, OpenFlags flags)
    {
        var handle = mount.Open(path, flags);
        var file = belief.Files[path];
        if ((flags & OpenFlags.Truncate) != 0)
        {
            belief.Supersedes(path, file);
            file.Changed("", LastChange.Truncation);
        }
        return new Descriptor(handle, file);
    }

    public void Write(Descriptor open, string text, int? at = null)
    {
        Assert.Equal(Errno.None, mount.Write(open.Handle, text, at));
        var before = open.File.Current;
        var start = at ?? before.Length;
        open.File.Changed(string.Concat(before.AsSpan(0, start), text, before.Length > start + text.Length ? before.AsSpan(start + text.Length) : ""), LastChange.Content);
    }

    public void Flush(Descriptor open)
    {
        Assert.Equal(Errno.None, mount.Flush(open.Handle));
        belief.Flushed(open.File);
    }

    public void Release(Descriptor open)
    {
        mount.Release(open.Handle);
        belief.Released(open.File);
    }

    /// <summary>Asked for, and not waited for.</summary>
    public void Sync(Descriptor open)
    {
        _ = mount.SyncSoon(open.Handle.Node);
        belief.Synced(open.File);
    }

    /// <summary>With a descriptor, or by name.</summary>
    public void Resize(string path, int size, Descriptor? open = null)
    {
        Assert.Equal(Errno.None, mount.Resize(path, size));
        var file = belief.Files[path];
        if (size == 0) belief.Supersedes(path, file);
        file.Changed(file.Current[..size], LastChange.Content);
        if (open is null) belief.Flushed(file);
    }

    public void Touch(string path)
    {
        mount.Touch(path);
        belief.Flushed(belief.Files[path]);
    }

    public void Unlink(string path)
    {
        Assert.Equal(Errno.None, mount.Unlink(path));
        belief.Supersedes(path, belief.Files[path]);
        belief.Files.Remove(path);
    }

    public void Rename(string path, string to, RenameFlags flags = RenameFlags.None)
    {
        Assert.Equal(Errno.None, mount.Rename(path, to, flags));
        belief.Renamed(path, to, flags == RenameFlags.Exchange);
    }

    public void MakeDirectory(string path) => Assert.Equal(Errno.None, mount.MakeDirectory(path));

    /// <summary>All of a save as <c>echo text > path</c> sends it, with each reply.</summary>
    public IEnumerable<string> Echo(string path, string text)
    {
        var open = belief.Files.ContainsKey(path) ? Open(path, Truncates) : Create(path);
        yield return $"OPEN {path}";
        Flush(open);
        yield return "FLUSH";
        Write(open, text, 0);
        yield return $"WRITE {text.TrimEnd()}";
        Flush(open);
        yield return "FLUSH";
        Release(open);
        yield return "RELEASE";
    }
}

/// <summary>What programs may believe: the files, and of each what was finished and what was not. A mount that is killed must keep to it.</summary>
internal sealed class Belief
{
    public sealed class BelievedFile
    {
        public string Current { get; private set; } = "";

        /// <summary>What close() or fsync() returned for last.</summary>
        public string? Finished { get; set; }

        /// <summary>The same, without a close after which another descriptor wrote on.</summary>
        public string? Before { get; set; }

        public bool IsUnfinished { get; set; }
        public LastChange Last { get; private set; }
        public int Marks { get; set; }

        /// <summary>Made where an editor had just moved a memory away: it is that memory.</summary>
        public bool Continues { get; init; }

        public void Changed(string to, LastChange how) => (Current, Last, IsUnfinished, Marks, Finished) = (to, how, true, 0, Before);

        public BelievedFile Copy() => (BelievedFile)MemberwiseClone();
    }

    private readonly HashSet<string> movedAside = [];

    /// <summary>There are so many saves that some of them are one.</summary>
    public bool MayBecomeOne { get; set; }

    public Dictionary<string, BelievedFile> Files { get; private set; } = [];

    /// <summary>What was ever finished under a path.</summary>
    public Dictionary<string, HashSet<string>> EverAt { get; private set; } = [];

    /// <summary>What was finished and then replaced: it has to be some version.</summary>
    public HashSet<string> Replaced { get; private set; } = [];

    public void Has(string path, string text)
    {
        Files[path] = new BelievedFile { Before = text };
        Files[path].Changed(text, LastChange.Content);
        Files[path].IsUnfinished = false;
        Remember(path, text);
    }

    public Belief Copy() => new()
    {
        Files = Files.ToDictionary(one => one.Key, one => one.Value.Copy()),
        EverAt = EverAt.ToDictionary(one => one.Key, one => one.Value.ToHashSet()),
        Replaced = [.. Replaced],
        MayBecomeOne = MayBecomeOne,
    };

    public BelievedFile Create(string path)
    {
        var file = Files[path] = new BelievedFile { Continues = movedAside.Remove(path) };
        file.Changed("", LastChange.Creation);
        return file;
    }

    public void Flushed(BelievedFile file)
    {
        if (!file.IsUnfinished) return;
        file.Marks++;
        if (file is { Current: "", Last: LastChange.Truncation } or { Current: "", Last: LastChange.Creation, Continues: true }) return;
        if (file is { Current: "", Last: LastChange.Creation, Marks: 1 }) return;
        Finish(file);
    }

    public void Released(BelievedFile file)
    {
        if (file is { IsUnfinished: true, Current: "", Last: LastChange.Creation, Continues: false }) Finish(file);
        if (PathOf(file) is { } path) Supersedes(path, file);
    }

    public void Synced(BelievedFile file)
    {
        if (PathOf(file) is not { } path || Names.IsScratch(path[(path.LastIndexOf('/') + 1)..])) return;
        Finish(file);
        file.Before = file.Finished;
    }

    public void Supersedes(string path, BelievedFile file)
    {
        file.Before = file.Finished;
        if (!file.IsUnfinished && file.Current != "" && !Names.IsScratch(path[(path.LastIndexOf('/') + 1)..])) Replaced.Add(file.Current);
    }

    public void Renamed(string path, string to, bool isExchange)
    {
        if (isExchange) (Files[path], Files[to]) = (Files[to], Files[path]);
        else
        {
            if (Files.TryGetValue(to, out var target)) Supersedes(to, target);
            foreach (var below in Files.Keys.Where(one => one == path || one.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
            {
                Files.Remove(below, out var file);
                Files[to + below[path.Length..]] = file!;
            }
            if (Names.IsScratch(to[(to.LastIndexOf('/') + 1)..])) movedAside.Add(path);
        }
        foreach (var (at, file) in Files) if (!file.IsUnfinished) Remember(at, file.Current);
    }

    private void Finish(BelievedFile file)
    {
        (file.Finished, file.IsUnfinished) = (file.Current, false);
        if (PathOf(file) is { } path) Remember(path, file.Current);
    }

    private void Remember(string path, string text)
    {
        if (!EverAt.TryGetValue(path, out var ever)) EverAt[path] = ever = [];
        ever.Add(text);
    }

    private string? PathOf(BelievedFile file) => Files.FirstOrDefault(one => one.Value == file).Key;

    /// <summary>What a mount made of it after it was killed, and said what it could not.</summary>
    public void AssertKept(MountInMemory mount, string when)
    {
        var (heads, drafts) = (mount.Store.Texts, DraftsOf(mount));
        var wrong = new List<string>();
        foreach (var path in heads.Keys.Except(Files.Keys)) wrong.Add($"{path} should not be there: '{heads[path]}'");
        foreach (var (path, file) in Files)
        {
            var head = heads.GetValueOrDefault(path);
            if (file.Finished is { } finished ? head != finished : head is not null && EverAt.GetValueOrDefault(path)?.Contains(head) != true)
                wrong.Add($"{path} is '{head}', and '{file.Finished}' was finished");
            var wasNothing = file is { Current: "", Last: LastChange.Creation, Marks: 0, Continues: false };
            if (file.IsUnfinished && !wasNothing && !drafts.Contains((path, file.Current))) wrong.Add($"'{file.Current}' was written to {path} and is no draft");
        }
        var history = mount.Store.History.Where(version => version.Content is not null).Select(version => Encoding.UTF8.GetString(version.Content!)).ToHashSet();
        foreach (var lost in MayBecomeOne ? [] : Replaced.Except(history)) wrong.Add($"'{lost}' was saved and is no version");
        foreach (var (path, text) in drafts) if (!Files.TryGetValue(path, out var file) || !file.IsUnfinished || file.Current != text) wrong.Add($"'{text}' is a draft of {path} for no reason");
        if (mount.State.Conflicts != 0) wrong.Add($"{mount.State.Conflicts} conflicts");
        wrong.AddRange(mount.Faults.Sentences);
        Assert.True(wrong.Count == 0, $"{when}:\n{string.Join('\n', wrong.Select(one => "    " + one.ReplaceLineEndings("/")))}\n");
    }

    public static HashSet<(string Path, string Text)> DraftsOf(MountInMemory mount)
    {
        lock (mount.Tree.Gate)
        {
            return [.. mount.Drafts.Asides.Select(draft => (draft.Path, Encoding.UTF8.GetString(draft.Content))),
                .. mount.Drafts.Files.Select(node => (node.Path, Encoding.UTF8.GetString(node.Content)))];
        }
    }
}
