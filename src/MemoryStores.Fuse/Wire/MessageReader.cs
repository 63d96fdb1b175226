using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemoryStores.Fuse.Wire;

/// <summary>Takes a request's body apart; nothing is read that did not arrive.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    /// <summary>The fixed part of a message. The caller has seen to its length by the operation table.</summary>
    public ref readonly T Take<T>() where T : unmanaged
    {
        var message = rest[..Unsafe.SizeOf<T>()];
        rest = rest[message.Length..];
        return ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(message));
    }

    /// <summary>What may follow the fixed part.</summary>
    public bool TryTake<T>(out T message) where T : unmanaged
    {
        if (rest.Length < Unsafe.SizeOf<T>())
        {
            message = default;
            return false;
        }
        message = Take<T>();
        return true;
    }

    /// <summary>A name up to its NUL; extensions may follow, so the message's length says nothing of it.</summary>
    public bool TryTakeName(out ReadOnlySpan<byte> name)
    {
        var end = rest.IndexOf((byte)0);
        if (end <= 0)
        {
            name = default;
            return false;
        }
        name = rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    public bool TryTakeBytes(uint count, out ReadOnlySpan<byte> bytes)
    {
        if (count > (uint)rest.Length)
        {
            bytes = default;
            return false;
        }
        bytes = rest[..(int)count];
        return true;
    }
}
