namespace Redshift.ModelFiles.Hdf5;

/// <summary>Chunked arrays: pieces of equal size, found by a B-tree, or a single one.</summary>
internal static class Hdf5Chunks
{
    private const int MostChunks = 100_000;
    private const int DeepestTree = 16;

    /// <summary>A chunk: its first element, its bytes, the filters left out of it.</summary>
    private readonly record struct Chunk(int[] First, Hdf5Cursor Bytes, uint Skipped);

    public static byte[] Read(
        Hdf5Bytes file,
        string path,
        Hdf5Cursor layout,
        int version,
        int kind,
        Hdf5Filters filters,
        int size,
        IReadOnlyList<int> dimensions)
    {
        if (kind != 2)
        {
            throw file.Fault(path, "an array in one piece or in chunks", $"layout {kind}");
        }

        var rank = dimensions.Count;
        var flags = version == 4 ? layout.Byte() : 0;
        CheckRank(layout, layout.Byte(), rank + 1);
        var tree = version == 3 ? layout.UInt64() : 0;
        var encoded = version == 4 ? layout.Byte() : 4;
        if (encoded is < 1 or > 8)
        {
            throw layout.Fault("chunk sizes of 1 to 8 bytes", $"{encoded}");
        }

        var shape = new int[rank];
        for (var i = 0; i < rank; i++)
        {
            var extent = layout.Unsigned(encoded);
            shape[i] = extent is >= 1 and <= int.MaxValue
                ? (int)extent
                : throw layout.Fault("chunks of at least 1 element", $"{extent}");
        }

        CheckRank(layout, (int)Math.Min(layout.Unsigned(encoded), int.MaxValue), size);
        var (count, length) = Sizes(file, path, dimensions, shape, size);
        return Assemble(
            file,
            path,
            version == 3 ? InTree(file, path, tree, rank, DeepestTree) : Single(file, path, layout, flags, length, rank),
            filters,
            size,
            dimensions,
            shape,
            count,
            length);
    }

    private static void CheckRank(Hdf5Cursor at, int found, int expected)
    {
        if (found != expected)
        {
            throw at.Fault($"chunks as the array is ({expected})", $"{found}");
        }
    }

    /// <summary>How many chunks there are and how long each is; not more than the file's bytes can hold.</summary>
    private static (int Count, int Length) Sizes(
        Hdf5Bytes file, string path, IReadOnlyList<int> dimensions, int[] shape, int size)
    {
        long count = 1, length = size;
        var most = (long)Hdf5Filters.MostGrowth * file.Length;
        for (var i = 0; i < shape.Length; i++)
        {
            count *= ((long)dimensions[i] + shape[i] - 1) / shape[i];
            length *= shape[i];
            if (count > MostChunks || length > int.MaxValue || count * length > most)
            {
                throw file.Fault(
                    path,
                    $"at most {MostChunks} chunks of a size that the file can hold",
                    $"chunks of [{string.Join(", ", shape)}]");
            }
        }

        return ((int)count, (int)length);
    }

    private static byte[] Assemble(
        Hdf5Bytes file,
        string path,
        IEnumerable<Chunk> chunks,
        Hdf5Filters filters,
        int size,
        IReadOnlyList<int> dimensions,
        int[] shape,
        int count,
        int length)
    {
        var result = new byte[dimensions.Aggregate(size, (product, dimension) => product * dimension)];
        var seen = new HashSet<long>();
        foreach (var chunk in chunks)
        {
            long number = 0;
            for (var i = 0; i < shape.Length; i++)
            {
                if (chunk.First[i] % shape[i] != 0 || chunk.First[i] >= dimensions[i])
                {
                    throw file.Fault(
                        path, "chunks side by side within the array", $"one at [{string.Join(", ", chunk.First)}]");
                }

                number = number * (((long)dimensions[i] + shape[i] - 1) / shape[i]) + chunk.First[i] / shape[i];
            }

            if (!seen.Add(number))
            {
                throw file.Fault(path, "each chunk once", $"that at [{string.Join(", ", chunk.First)}] twice");
            }

            var bytes = filters.Undo(chunk.Bytes, chunk.Skipped, length, size);
            Copy(bytes, result, chunk.First, shape, dimensions, size, 0, 0, 0);
        }

        return seen.Count == count ? result : throw file.Fault(path, $"{count} chunks", $"{seen.Count}");
    }

    /// <summary>A chunk's elements to their places; what lies beyond the array's end is padding.</summary>
    private static void Copy(
        byte[] chunk,
        byte[] result,
        int[] first,
        int[] shape,
        IReadOnlyList<int> dimensions,
        int size,
        int axis,
        long from,
        long to)
    {
        if (axis == shape.Length)
        {
            chunk.AsSpan((int)from * size, size).CopyTo(result.AsSpan((int)to * size));
            return;
        }

        var extent = Math.Min(shape[axis], dimensions[axis] - first[axis]);
        if (axis == shape.Length - 1)
        {
            var start = to * dimensions[axis] + first[axis];
            chunk.AsSpan((int)(from * shape[axis]) * size, extent * size).CopyTo(result.AsSpan((int)start * size));
            return;
        }

        for (var i = 0; i < extent; i++)
        {
            Copy(
                chunk,
                result,
                first,
                shape,
                dimensions,
                size,
                axis + 1,
                from * shape[axis] + i,
                to * dimensions[axis] + first[axis] + i);
        }
    }

    private static IEnumerable<Chunk> InTree(Hdf5Bytes file, string path, ulong address, int rank, int depth)
    {
        var at = file.At(address, $"{path}: B-tree of chunks");
        at.Signature("TREE");
        at.Version(1, 1);
        var level = at.Byte();
        if (level > depth)
        {
            throw at.Fault($"a tree of at most {depth} levels here", $"{level}");
        }

        var count = at.UInt16();
        at.Skip(8 + 8);
        for (var i = 0; i < count; i++)
        {
            var length = at.UInt32();
            var skipped = at.UInt32();
            var first = new int[rank];
            for (var d = 0; d < rank; d++)
            {
                var start = at.UInt64();
                first[d] = start <= int.MaxValue
                    ? (int)start
                    : throw at.Fault("a chunk within the array", $"one at {start}");
            }

            at.Skip(8);
            var child = at.UInt64();
            if (level == 0)
            {
                yield return new Chunk(first, file.Slice(child, length, path), skipped);
                continue;
            }

            foreach (var chunk in InTree(file, path, child, rank, level - 1))
            {
                yield return chunk;
            }
        }
    }

    /// <summary>
    /// The newest format's index of a single chunk; its other indices are refused, as Keras writes none.
    /// </summary>
    private static Chunk[] Single(Hdf5Bytes file, string path, Hdf5Cursor layout, int flags, int length, int rank)
    {
        var index = layout.Byte();
        if (index != 1)
        {
            throw layout.Fault(
                "an index of a single chunk or a B-tree of version 1", $"chunk index {index} (libver \"latest\")");
        }

        var filtered = (flags & 2) != 0;
        var stored = filtered ? layout.UInt64() : (ulong)length;
        var skipped = filtered ? layout.UInt32() : 0;
        return [new Chunk(new int[rank], file.Slice(layout.UInt64(), stored, path), skipped)];
    }
}
