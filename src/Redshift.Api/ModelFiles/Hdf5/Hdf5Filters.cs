using System.IO.Compression;

namespace Redshift.ModelFiles.Hdf5;

/// <summary>What was done to each chunk before it was written, in order: shuffling of bytes, deflation.</summary>
/// <param name="Kinds">The filters' numbers in the format.</param>
internal sealed record Hdf5Filters(IReadOnlyList<int> Kinds)
{
    private const int Deflate = 1;
    private const int Shuffle = 2;

    /// <summary>No deflated stream grows by more than this.</summary>
    public const int MostGrowth = 1040;

    /// <summary>Reads a filter message; none where there is no message.</summary>
    public static Hdf5Filters Read(Hdf5Cursor? message)
    {
        if (message is not { } at)
        {
            return new Hdf5Filters([]);
        }

        var version = at.Version(1, 2);
        var kinds = new int[at.Byte()];
        at.Skip(version == 1 ? 6 : 0);
        for (var i = 0; i < kinds.Length; i++)
        {
            kinds[i] = at.UInt16();
            var name = version == 1 || kinds[i] >= 256 ? at.UInt16() : 0;
            at.Skip(2);
            var values = at.UInt16();
            at.Skip(version == 1 ? (name + 7) / 8 * 8 + (values + values % 2) * 4 : name + values * 4);
            if (kinds[i] is not (Deflate or Shuffle))
            {
                throw at.Fault("the filters deflate and shuffle", $"filter {kinds[i]}");
            }
        }

        return new Hdf5Filters(kinds);
    }

    /// <summary>A chunk as it was before it was written.</summary>
    /// <param name="at">Its bytes in the file.</param>
    /// <param name="skipped">A bit for each filter that was left out of this chunk.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="size">Bytes of an element.</param>
    public byte[] Undo(Hdf5Cursor at, uint skipped, int length, int size)
    {
        var bytes = at.Take(at.Remaining).ToArray();
        for (var i = Kinds.Count - 1; i >= 0; i--)
        {
            if (i < 32 && (skipped >> i & 1) != 0)
            {
                continue;
            }

            bytes = Kinds[i] == Deflate ? Inflate(at, bytes, length) : Unshuffle(bytes, size);
        }

        return bytes.Length == length ? bytes : throw at.Fault($"a chunk of {length} bytes", $"{bytes.Length}");
    }

    private static byte[] Inflate(Hdf5Cursor at, byte[] bytes, int length)
    {
        if (length > (long)MostGrowth * (bytes.Length + 1))
        {
            throw at.Fault($"a chunk that inflates to {length} bytes", $"{bytes.Length} bytes");
        }

        try
        {
            using var stream = new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
            var inflated = new byte[length];
            stream.ReadExactly(inflated);
            return stream.ReadByte() < 0 ? inflated : throw at.Fault($"a chunk of {length} bytes", "more");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw at.Fault($"a deflated chunk of {length} bytes", "another stream");
        }
    }

    /// <summary>
    /// All first bytes, then all second bytes, … put back into elements; what makes no whole element is at the end as
    /// it was.
    /// </summary>
    private static byte[] Unshuffle(byte[] bytes, int size)
    {
        var count = bytes.Length / size;
        var result = (byte[])bytes.Clone();
        for (var b = 0; b < size; b++)
        {
            for (var i = 0; i < count; i++)
            {
                result[i * size + b] = bytes[b * count + i];
            }
        }

        return result;
    }
}
