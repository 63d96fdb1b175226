namespace MemoryStores.Client;

/// <summary>What the server answered: as a record, and as the bytes it came in, which may hold fields younger than this client.</summary>
public sealed record Answer<T>(T Value, ReadOnlyMemory<byte> Json);
