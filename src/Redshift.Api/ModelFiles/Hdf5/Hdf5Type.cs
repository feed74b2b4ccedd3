namespace Redshift.ModelFiles.Hdf5;

/// <summary>What the elements of an array or attribute are, as far as this reader cares.</summary>
internal enum Hdf5Kind
{
    /// <summary>IEEE 754, little-endian, 4 or 8 bytes.</summary>
    Float,

    /// <summary>Texts of a fixed number of bytes.</summary>
    FixedText,

    /// <summary>Texts of any length, in a global heap.</summary>
    HeapText,

    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>A datatype message.</summary>
/// <param name="Kind">What the elements are.</param>
/// <param name="Size">Bytes of one.</param>
internal readonly record struct Hdf5Type(Hdf5Kind Kind, int Size)
{
    private const int MostBytes = 1 << 26;

    /// <summary>Reads a message.</summary>
    public static Hdf5Type Read(Hdf5Cursor at)
    {
        var head = at.Byte();
        var (kind, version) = (head & 0x0F, head >> 4);
        if (version is < 1 or > 4)
        {
            throw at.Fault("a datatype of version 1 to 4", $"{version}");
        }

        var bits = at.Unsigned(3);
        var size = at.UInt32();
        if (size is 0 or > MostBytes)
        {
            throw at.Fault($"elements of 1 to {MostBytes} bytes", $"{size}");
        }

        return new Hdf5Type(
            kind switch
            {
                1 when IsIeee(at, bits, size) => Hdf5Kind.Float,
                3 => Hdf5Kind.FixedText,
                9 when (bits & 0x0F) == 1 && size == 16 => Hdf5Kind.HeapText,
                _ => Hdf5Kind.Other,
            },
            (int)size);
    }

    /// <summary>Whether sign, exponent and mantissa lie as in a little-endian float or double.</summary>
    private static bool IsIeee(Hdf5Cursor at, ulong bits, uint size)
    {
        if (size is not (4 or 8) || at.Remaining < 12)
        {
            return false;
        }

        var (mantissa, exponent, bias) = size == 4 ? (23, 8, 127u) : (52, 11, 1023u);
        var sign = (ulong)(size * 8 - 1);
        // Little-endian, mantissa with its leading 1 left out; there are no unused bits whose padding would matter.
        return (bits & 0x71) == 0x20 && bits >> 8 == sign
            && at.UInt16() == 0 && at.UInt16() == (int)size * 8
            && at.Byte() == mantissa && at.Byte() == exponent && at.Byte() == 0 && at.Byte() == mantissa
            && at.UInt32() == bias;
    }
}

/// <summary>Dataspace messages: how many elements along each dimension.</summary>
internal static class Hdf5Space
{
    private const int MostDimensions = 32;

    /// <summary>The dimensions: none for a single value, null where there is no value at all.</summary>
    public static ulong[]? Read(Hdf5Cursor at)
    {
        var version = at.Version(1, 2);
        var rank = at.Byte();
        at.Skip(1);
        var kind = at.Byte();
        if (version == 1)
        {
            at.Skip(4);
        }

        if (rank > MostDimensions)
        {
            throw at.Fault($"at most {MostDimensions} dimensions", $"{rank}");
        }

        if (version == 2 && kind == 2)
        {
            return null;
        }

        var dimensions = new ulong[rank];
        for (var i = 0; i < rank; i++)
        {
            dimensions[i] = at.UInt64();
        }

        return dimensions;
    }
}
