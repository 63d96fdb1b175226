namespace MemoryStores.Simulation.Tests.Fuzz;

/// <summary>
/// The chance of one request, made from the seed and the request's number alone: every request can be had again without the
/// ones before it, but for the ids in it, which the server chose.
/// </summary>
internal sealed class Dice(int seed, long number)
{
    private readonly Random random = new(unchecked((int)((seed * 2_654_435_761L) ^ (number * 40_503L) ^ (number >> 16))));

    public int Below(int most) => random.Next(most);

    public bool OneIn(int sides) => random.Next(sides) == 0;

    public T Pick<T>(ReadOnlySpan<T> among) => among[random.Next(among.Length)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
