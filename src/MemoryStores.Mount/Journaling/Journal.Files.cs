using MemoryStores.Mount.Saving;

namespace MemoryStores.Mount.Journaling;

internal sealed partial class Journal
{
    /// <summary>Begins the first file, with all that was taken over from earlier mounts; their files are needed no more then.</summary>
    public void Start(IReadOnlyList<string> takenOver)
    {
        if (place is null) return;
        try
        {
            Begin(PutState, takenOver);
        }
        catch (IOException full)
        {
            throw new MountException(takenOver.Count > 0
                ? $"{full.Message} It has to hold once more what an earlier mount had not saved, and that stays where it is: free some space on its disk."
                : $"{full.Message} What is not yet saved is kept there: free some space, or set XDG_STATE_HOME to a directory on another disk.");
        }
    }

    /// <summary>Where something was acknowledged: begins a new file with what is left, so that what is not leaves the disk.</summary>
    public void Tidy()
    {
        if (file is null || !hasGarbage) return;
        var needed = files.Sum(node => node.Size) + Asides.Sum(draft => draft.Content.Length) + Queue().SelectMany(unit => unit.Changes).OfType<PendingSave>().Sum(save => save.CountedBytes);
        if ((needed > CheapBytes && needed * 3 > file.Length) || !TrySeal())
        {
            HasGarbage?.Invoke();
            return;
        }
        try
        {
            Begin(PutState, []);
        }
        catch (IOException)
        {
            // No room for a second file: the first stays as it is.
            HasGarbage?.Invoke();
        }
    }

    /// <summary>Ends it; with nothing left in it, also its files.</summary>
    public void Dispose()
    {
        if (file is not null)
        {
            TrySeal();
            file.Dispose();
            // Also an older one, which waits for the disk to have its successor.
            if (IsEmpty) place!.Clear();
            file = null;
        }
        place?.Dispose();
    }

    private void Begin(Action putState, IReadOnlyList<string> takenOver)
    {
        var next = new JournalFile(place!.NextPath());
        records.Clear();
        records.Begin(RecordKind.Header);
        records.Number(JournalState.Format);
        records.Text(place.Header.Server);
        records.Text(place.Header.Store);
        records.Text(place.Header.Author);
        records.Number(place.Header.At);
        records.End();
        putState();
        records.Begin(RecordKind.Complete);
        records.Number(takenOver.Count);
        foreach (var path in takenOver) records.Text(path);
        records.End();
        try
        {
            if (!next.HasRoom(records.Length, ofReserve: true)) throw new IOException($"There is no room for a journal at {next.Path}.");
            next.Append(records.Written);
        }
        catch (IOException)
        {
            next.Delete();
            throw;
        }
        finally
        {
            records.Clear();
        }
        var old = file;
        (file, hasGarbage) = (next, false);
        old?.Dispose();
        if (old is { WasSynced: true } && !IsEmpty)
        {
            next.WasSynced = true;
            _ = Task.Run(() => Succeed(next));
        }
        else place.ClearBefore(next.Path);
        foreach (var path in takenOver) File.Delete(path);
    }

    /// <summary>Takes the place of all earlier files, of which the disk has something, once the disk has this one.</summary>
    private void Succeed(JournalFile next)
    {
        try
        {
            next.Sync();
            place!.ClearBefore(next.Path);
        }
        catch (ObjectDisposedException)
        {
            // Its own successor does the same.
        }
        catch (IOException broken)
        {
            faults.Add("Writing the journal to disk", broken);
        }
    }
}
