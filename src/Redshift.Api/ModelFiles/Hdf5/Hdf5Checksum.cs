using System.Buffers.Binary;
using System.Numerics;

namespace Redshift.ModelFiles.Hdf5;

/// <summary>
/// The checksum of newer HDF5 structures: Bob Jenkins's lookup3, hashlittle with initial value 0 (public domain,
/// 2006).
/// </summary>
internal static class Hdf5Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var a = 0xdeadbeef + (uint)bytes.Length;
        var (b, c) = (a, a);
        while (bytes.Length > 12)
        {
            a += Word(bytes, 0);
            b += Word(bytes, 4);
            c += Word(bytes, 8);
            Mix(ref a, ref b, ref c);
            bytes = bytes[12..];
        }

        if (bytes.IsEmpty)
        {
            return c;
        }

        Span<byte> last = stackalloc byte[12];
        last.Clear();
        bytes.CopyTo(last);
        a += Word(last, 0);
        b += Word(last, 4);
        c += Word(last, 8);
        Finish(ref a, ref b, ref c);
        return c;
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        Stir(ref a, ref c, b, 4);
        Stir(ref b, ref a, c, 6);
        Stir(ref c, ref b, a, 8);
        Stir(ref a, ref c, b, 16);
        Stir(ref b, ref a, c, 19);
        Stir(ref c, ref b, a, 4);
    }

    /// <summary>One line of the published macro: <c>x -= y; x ^= rot(y, turn); y += z</c>.</summary>
    private static void Stir(ref uint x, ref uint y, uint z, int turn)
    {
        x -= y;
        x ^= BitOperations.RotateLeft(y, turn);
        y += z;
    }

    private static void Finish(ref uint a, ref uint b, ref uint c)
    {
        c ^= b;
        c -= BitOperations.RotateLeft(b, 14);
        a ^= c;
        a -= BitOperations.RotateLeft(c, 11);
        b ^= a;
        b -= BitOperations.RotateLeft(a, 25);
        c ^= b;
        c -= BitOperations.RotateLeft(b, 16);
        a ^= c;
        a -= BitOperations.RotateLeft(c, 4);
        b ^= a;
        b -= BitOperations.RotateLeft(a, 14);
        c ^= b;
        c -= BitOperations.RotateLeft(b, 24);
    }
}
