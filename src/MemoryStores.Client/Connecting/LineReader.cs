namespace MemoryStores.Client;

/// <summary>
/// The lines of an answer that comes in pieces, each without its end. Any byte is a sign of life; a server that gives none for
/// as long as it is given is taken for gone, and so is a connection that breaks.
/// </summary>
internal sealed class LineReader(Stream stream, ServerAddress server, TimeSpan silence)
{
    // The longest memory in its longest JSON form, and the fields around it; more is no line of ours.
    private const int LongestLine = 8 * 1024 * 1024;

    private byte[] buffer = new byte[64 * 1024];
    private int begin;
    private int searched;
    private int end;

    /// <summary>The next line, valid until the one after it is asked for; null at the end of the answer. An unfinished last line is none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            var found = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = buffer.AsMemory(begin, searched + found - begin);
                begin = searched = searched + found + 1;
                return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
            }
            searched = end;
            MakeRoom();
            var read = await ReadAsync(stop);
            if (read == 0) return null;
            end += read;
        }
    }

    private void MakeRoom()
    {
        if (end < buffer.Length) return;
        var line = end - begin;
        if (line > LongestLine) throw new ServerUnreachableException(server, "what it sends is not of this API: a line does not end");
        var room = line > buffer.Length / 2 ? new byte[buffer.Length * 2] : buffer;
        buffer.AsSpan(begin, line).CopyTo(room);
        (buffer, searched, end, begin) = (room, searched - begin, line, 0);
    }

    private async ValueTask<int> ReadAsync(CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(silence);
        try
        {
            return await stream.ReadAsync(buffer.AsMemory(end), patience.Token);
        }
        catch (OperationCanceledException silent) when (!stop.IsCancellationRequested)
        {
            throw new ServerUnreachableException(server, $"nothing came for {silence.TotalSeconds:0} s", silent);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            throw new ServerUnreachableException(server, "the connection broke", broken);
        }
    }
}
