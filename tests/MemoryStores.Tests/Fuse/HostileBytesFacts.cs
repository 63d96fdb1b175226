using System.Buffers.Binary;
using MemoryStores.Fuse.Wire;
using MemoryStores.Testing;

namespace MemoryStores.Tests.Fuse;

/// <summary>Bytes no kernel sends: the session answers or ignores them, and goes on.</summary>
public sealed class HostileBytesFacts
{
    private static readonly int Messages = Chance.IsSoak ? 500_000 : 20_000;

    [Fact]
    public async Task Random_messages_stop_nobody_and_throw_nothing()
    {
        var random = Chance.For(nameof(Random_messages_stop_nobody_and_throw_nothing));
        var files = new Recorder();
        await using var kernel = new FakeKernel(files);
        var opcodes = Example.All.Select(example => example.Opcode).Append(Opcode.Interrupt).Append(Opcode.Init).Append(Opcode.IoCtl).ToArray();
        for (var i = 0; i < Messages; i++)
        {
            kernel.SendRaw(Message(random, opcodes));
            while (kernel.HasMore) kernel.Receive();
            files.Calls.Clear();
        }

        var unique = kernel.Send(Opcode.GetAttr, new byte[16], unique: ulong.MaxValue);
        while (kernel.Receive() is { } reply && reply.Unique != unique) Assert.NotEqual(0ul, reply.Unique);
        Assert.True(files.Faults.IsEmpty, $"{files.Faults.FirstOrDefault()}; {Chance.Replay}");
    }

    private static byte[] Message(Random random, Opcode[] opcodes)
    {
        var message = new byte[random.Next(8) switch { 0 => random.Next(1, 44), 1 => random.Next(40, 4_000), _ => random.Next(40, 140) }];
        random.NextBytes(message);
        // Mostly zeroes, so that lengths and NULs fall inside now and then.
        if (random.Next(2) == 0) foreach (ref var one in message.AsSpan()) one = random.Next(4) == 0 ? one : (byte)0;
        if (message.Length < FakeKernel.HeaderBytes) return message;
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), (ulong)random.NextInt64(1, long.MaxValue));
        if (random.Next(20) > 0) BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)message.Length);
        if (random.Next(20) > 0) BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), (uint)opcodes[random.Next(opcodes.Length)]);
        return message;
    }
}
