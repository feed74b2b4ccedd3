using System.Buffers.Binary;
using System.Text;

namespace Redshift.ModelFiles.Hdf5;

/// <summary>
/// An HDF5 file's bytes. Every access is checked against its length, and so is how much is asked for in all, so that a
/// file whose structures point at one another in circles ends in an error.
/// </summary>
/// <param name="name">The file, for messages.</param>
/// <param name="data">All its bytes.</param>
internal sealed class Hdf5Bytes(string name, byte[] data)
{
    /// <summary>The address that means nowhere.</summary>
    public const ulong Nowhere = ulong.MaxValue;

    /// <summary>More headers, nodes and heaps than any model has.</summary>
    private const int MostStructures = 200_000;

    /// <summary>How often, on average, each byte of the file may be read as part of a text.</summary>
    private const int MostReadings = 16;

    private readonly Dictionary<ulong, Dictionary<int, (int Start, int Length)>> heaps = [];
    private int structures;
    private long texts;

    /// <summary>The file's size in bytes.</summary>
    public int Length => data.Length;

    /// <summary>From an address to the file's end.</summary>
    /// <exception cref="RedshiftException">The address is not in the file, or too much was read already.</exception>
    public Hdf5Cursor At(ulong address, string what) =>
        Slice(address, address < (ulong)data.Length ? (ulong)data.Length - address : 1, what);

    /// <summary>Some bytes from an address on.</summary>
    /// <exception cref="RedshiftException">They are not all in the file, or too much was read already.</exception>
    public Hdf5Cursor Slice(ulong address, ulong length, string what)
    {
        if (++structures > MostStructures)
        {
            throw Fault(
                what, $"at most {MostStructures} structures", "more, as in a file whose parts point at one another");
        }

        return address <= (ulong)data.Length && length <= (ulong)data.Length - address
            ? new Hdf5Cursor(this, data, (int)address, (int)(address + length), what)
            : throw Fault(what, $"{length} bytes at {address}", $"a file of {data.Length} bytes");
    }

    /// <summary>The objects of the global heap at an address, by number; each heap is read once.</summary>
    public Dictionary<int, (int Start, int Length)> Heap(ulong address)
    {
        if (!heaps.TryGetValue(address, out var objects))
        {
            heaps[address] = objects = Hdf5GlobalHeap.Read(this, address);
        }

        return objects;
    }

    /// <summary>Counts a text's bytes.</summary>
    /// <exception cref="RedshiftException">So many texts cannot be in a file of this size.</exception>
    public void CountText(int length)
    {
        texts += length;
        if (texts > (long)MostReadings * data.Length)
        {
            throw Fault("texts", "each stored once", "more text than the file is long");
        }
    }

    /// <summary>A message about the file.</summary>
    public RedshiftException Fault(string what, string expected, string found) =>
        new(OneLine.Of($"{name}: {what}: expected {expected}, found {found}"));
}

/// <summary>
/// A place in an HDF5 file that moves on as little-endian numbers are read, and never beyond its structure's end.
/// </summary>
internal sealed class Hdf5Cursor(Hdf5Bytes file, byte[] data, int start, int end, string what)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private int at = start;

    /// <summary>Bytes left.</summary>
    public int Remaining => end - at;

    /// <summary>Where the next byte stands in the file.</summary>
    public int Position => at;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A whole number of 1 to 8 bytes.</summary>
    public ulong Unsigned(int bytes)
    {
        ulong value = 0;
        foreach (var (i, part) in Take(bytes).ToArray().Index())
        {
            value |= (ulong)part << (8 * i);
        }

        return value;
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw Fault($"{count} bytes at {at}", $"{Remaining}");
        }

        at += count;
        return data.AsSpan(at - count, count);
    }

    public void Skip(int count) => Take(count);

    /// <summary>The next bytes as a place of their own.</summary>
    public Hdf5Cursor Part(int count, string part)
    {
        Skip(count);
        return new Hdf5Cursor(file, data, at - count, at, part);
    }

    /// <summary>Four letters that say what follows.</summary>
    public void Signature(string letters)
    {
        var found = Take(letters.Length);
        if (!found.SequenceEqual(Encoding.ASCII.GetBytes(letters)))
        {
            throw Fault($"the signature {letters}", Convert.ToHexString(found));
        }
    }

    /// <summary>A version that is one of those known.</summary>
    public int Version(int lowest, int highest)
    {
        int version = Byte();
        return version >= lowest && version <= highest
            ? version
            : throw Fault(lowest == highest ? $"version {lowest}" : $"a version of {lowest} to {highest}", $"{version}");
    }

    /// <summary>A text of so many bytes, up to its first zero.</summary>
    public string Text(int bytes)
    {
        var found = Take(bytes);
        var length = found.IndexOf((byte)0);
        found = length < 0 ? found : found[..length];
        file.CountText(found.Length);
        try
        {
            return StrictUtf8.GetString(found);
        }
        catch (DecoderFallbackException)
        {
            throw Fault("a text in UTF-8", "other bytes");
        }
    }

    public RedshiftException Fault(string expected, string found) => file.Fault(what, expected, found);
}
