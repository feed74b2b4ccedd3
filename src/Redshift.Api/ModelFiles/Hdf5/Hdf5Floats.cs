using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Redshift.ModelFiles.Hdf5;

/// <summary>Arrays of floats: compact, contiguous or chunked.</summary>
internal static class Hdf5Floats
{
    /// <summary>Reads an array whose dimensions are known beforehand; doubles are rounded to floats.</summary>
    public static float[] Read(
        Hdf5Bytes file,
        string path,
        Hdf5Cursor space,
        Hdf5Cursor datatype,
        Hdf5Cursor layout,
        Hdf5Cursor? filters,
        IReadOnlyList<int> expected)
    {
        var type = Hdf5Type.Read(datatype);
        if (type.Kind != Hdf5Kind.Float)
        {
            throw file.Fault(path, "little-endian floats of 4 or 8 bytes", $"other elements of {type.Size} bytes");
        }

        var found = Hdf5Space.Read(space);
        if (found is null || !found.SequenceEqual(expected.Select(d => (ulong)d)))
        {
            throw file.Fault(
                path, $"an array of [{string.Join(", ", expected)}]", $"[{string.Join(", ", found ?? [])}]");
        }

        var count = expected.Aggregate(1L, (product, dimension) => product * dimension);
        if (count > int.MaxValue / 8)
        {
            throw file.Fault(path, $"an array of at most {int.MaxValue / 8} numbers", $"{count}");
        }

        return ToFloats(Data(file, path, layout, filters, type.Size, expected, (int)count), type.Size);
    }

    private static ReadOnlySpan<byte> Data(
        Hdf5Bytes file,
        string path,
        Hdf5Cursor layout,
        Hdf5Cursor? filters,
        int size,
        IReadOnlyList<int> dimensions,
        int count)
    {
        var version = layout.Version(3, 4);
        var kind = layout.Byte();
        if (kind < 2 && filters is not null)
        {
            throw file.Fault(path, "filters on chunks alone", "filters on an array in one piece");
        }

        if (kind > 1)
        {
            return Hdf5Chunks.Read(file, path, layout, version, kind, Hdf5Filters.Read(filters), size, dimensions);
        }

        var bytes = count * size;
        var data = kind == 0 ? layout.Part(layout.UInt16(), path) : Contiguous(file, path, layout);
        return data.Remaining == bytes
            ? data.Take(bytes)
            : throw file.Fault(path, $"{bytes} bytes of numbers", $"{data.Remaining}");
    }

    private static Hdf5Cursor Contiguous(Hdf5Bytes file, string path, Hdf5Cursor layout)
    {
        var address = layout.UInt64();
        return address != Hdf5Bytes.Nowhere
            ? file.Slice(address, layout.UInt64(), path)
            : throw file.Fault(path, "numbers", "an array to which none were written");
    }

    private static float[] ToFloats(ReadOnlySpan<byte> bytes, int size)
    {
        var values = new float[bytes.Length / size];
        if (size == 4 && BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes[(i * size)..];
            values[i] = size == 4
                ? BinaryPrimitives.ReadSingleLittleEndian(at)
                : (float)BinaryPrimitives.ReadDoubleLittleEndian(at);
        }

        return values;
    }
}
