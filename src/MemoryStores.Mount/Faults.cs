namespace MemoryStores.Mount;

/// <summary>What failed that never should, for people to see; the mount goes on.</summary>
internal sealed class Faults
{
    private const int Kept = 10;
    private readonly List<string> sentences = [];

    public IReadOnlyList<string> Sentences
    {
        get
        {
            lock (sentences) return [.. sentences];
        }
    }

    public void Add(string work, Exception fault) => Note($"{work} failed: {fault.Message}");

    public void Note(string sentence)
    {
        lock (sentences)
        {
            if (sentences.Count < Kept && !sentences.Contains(sentence)) sentences.Add(sentence);
        }
    }
}
