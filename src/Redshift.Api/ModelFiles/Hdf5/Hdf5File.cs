namespace Redshift.ModelFiles.Hdf5;

/// <summary>
/// A reader of the part of HDF5 that Keras and h5py write (HDF5 File Format Specification 3.0): superblocks 0 to 3, object
/// headers 1 and 2, groups by symbol table or compact links, attributes in the header, texts of fixed and of variable
/// length, contiguous, compact and chunked arrays of floats, deflate and shuffle. Anything else is refused by name.
/// </summary>
internal static class Hdf5File
{
    private static readonly byte[] Start = [0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n'];

    /// <summary>Whether bytes begin as an HDF5 file does.</summary>
    public static bool IsHdf5(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Start);

    /// <summary>The root group of a file's bytes.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="data">All its bytes.</param>
    /// <exception cref="RedshiftException">It is not such a file, or uses what this reader lacks.</exception>
    public static Hdf5Object Open(string name, byte[] data)
    {
        var file = new Hdf5Bytes(name, data);
        var at = file.At(0, "superblock");
        if (!IsHdf5(data))
        {
            throw at.Fault("an HDF5 file", $"another beginning of {Math.Min(8, data.Length)} bytes");
        }

        at.Skip(Start.Length);
        var version = at.Version(0, 3);
        return new Hdf5Object(file, version < 2 ? OldRoot(at, version) : NewRoot(file, at), "/");
    }

    private static ulong OldRoot(Hdf5Cursor at, int version)
    {
        at.Version(0, 0); // of the free space
        at.Version(0, 0); // of the root group
        at.Skip(1);
        at.Version(0, 0); // of shared headers
        CheckSizes(at);
        at.Skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));
        CheckBase(at);
        at.Skip(8);
        var length = at.UInt64();
        CheckLength(at, length);
        at.Skip(8 + 8);
        return at.UInt64();
    }

    private static ulong NewRoot(Hdf5Bytes file, Hdf5Cursor at)
    {
        CheckSizes(at);
        at.Skip(1);
        CheckBase(at);
        at.Skip(8);
        CheckLength(at, at.UInt64());
        var root = at.UInt64();
        CheckSum(file, at, 0);
        return root;
    }

    /// <summary>The next four bytes are the checksum of all from <paramref name="start"/> to here.</summary>
    internal static void CheckSum(Hdf5Bytes file, Hdf5Cursor at, int start)
    {
        var summed = file.Slice((ulong)start, (ulong)(at.Position - start), "checksum").Take(at.Position - start);
        var (expected, found) = (Hdf5Checksum.Of(summed), at.UInt32());
        if (found != expected)
        {
            throw at.Fault($"the checksum {expected:x8}", $"{found:x8}; the file is damaged");
        }
    }

    private static void CheckSizes(Hdf5Cursor at)
    {
        var (offsets, lengths) = (at.Byte(), at.Byte());
        if (offsets != 8 || lengths != 8)
        {
            throw at.Fault("addresses and lengths of 8 bytes", $"{offsets} and {lengths}");
        }
    }

    private static void CheckBase(Hdf5Cursor at)
    {
        var start = at.UInt64();
        if (start != 0)
        {
            throw at.Fault("a file that begins at byte 0", $"{start}");
        }
    }

    private static void CheckLength(Hdf5Cursor at, ulong length)
    {
        var found = (ulong)(at.Position + at.Remaining);
        if (length > found)
        {
            throw at.Fault($"a file of {length} bytes", $"{found}: it is cut off");
        }
    }
}
