using MemoryStores.Dreaming.Language;

namespace MemoryStores.Dreaming.Mining;

/// <summary>What the sessions hold that a store could keep.</summary>
internal sealed class Mined
{
    public List<Claim> Claims { get; } = [];
    public List<(Claim Claim, string Reason)> SetAside { get; } = [];

    /// <summary>What is worth keeping of conversations between others.</summary>
    public List<Remark> Remarks { get; set; } = [];

    /// <summary>Bytes of everything that was said or came back from tools.</summary>
    public long TranscriptBytes { get; set; }
}

/// <summary>Reads all sessions once, in the order of time.</summary>
internal sealed class Transcripts(FrameReader frames)
{
    public Mined Mine(IReadOnlyList<InputSession> sessions, CancellationToken stop)
    {
        var mined = new Mined();
        var reader = new ClaimReader(frames);
        var conversation = new Conversation(frames);
        var lessons = new Lessons(reader, frames);
        foreach (var session in sessions)
        {
            stop.ThrowIfCancellationRequested();
            if (conversation.TryRead(session)) continue;
            var learned = lessons.Of(session).ToList();
            mined.Claims.AddRange(learned);
            foreach (var one in session.Events)
            {
                mined.TranscriptBytes += System.Text.Encoding.UTF8.GetByteCount(one.Text);
                if (one.Sender is not (Sender.User or Sender.Agent)) continue;
                foreach (var claim in reader.Read(session, one))
                {
                    if (!learned.Any(lesson => lesson.Event == claim.Event)) mined.Claims.Add(claim);
                    if (claim.Act == Act.Quote) mined.SetAside.Add((claim, "passed on or quoted, not said"));
                }
            }
        }
        mined.Remarks = conversation.Pick();
        return mined;
    }
}
