namespace Redshift.ModelFiles.Hdf5;

/// <summary>Attribute messages of version 1 to 3, and their texts.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Dimensions">How many there are; null for none.</param>
/// <param name="Data">Its bytes.</param>
internal sealed record Hdf5Attribute(string Name, Hdf5Type Type, ulong[]? Dimensions, Hdf5Cursor Data)
{
    /// <summary>Reads a message.</summary>
    public static Hdf5Attribute Read(Hdf5Cursor at)
    {
        var version = at.Version(1, 3);
        var flags = at.Byte();
        if (version > 1 && flags != 0)
        {
            throw at.Fault("an attribute with its own type and size", "one that shares them");
        }

        var (name, type, space) = (at.UInt16(), at.UInt16(), at.UInt16());
        if (version == 3)
        {
            at.Skip(1);
        }

        // Version 1 fills each part up to a multiple of eight bytes.
        int Padded(int length) => version == 1 ? (length + 7) / 8 * 8 : length;
        var text = at.Part(Padded(name), "attribute's name").Text(name);
        var what = $"attribute {text}";
        return new Hdf5Attribute(
            text,
            Hdf5Type.Read(at.Part(Padded(type), what)),
            Hdf5Space.Read(at.Part(Padded(space), what)),
            at.Part(at.Remaining, what));
    }

    /// <summary>An attribute's texts.</summary>
    /// <exception cref="RedshiftException">It holds something else.</exception>
    public static string[] Texts(Hdf5Bytes file, Hdf5Attribute attribute, string what)
    {
        var count = Count(attribute);
        if (count == 0)
        {
            return [];
        }

        var (kind, size) = (attribute.Type.Kind, attribute.Type.Size);
        var data = attribute.Data;
        if (kind is not (Hdf5Kind.FixedText or Hdf5Kind.HeapText))
        {
            throw file.Fault(what, "texts", "something else");
        }

        if (count > (ulong)(data.Remaining / size))
        {
            throw file.Fault(what, $"{count} texts of {size} bytes", $"{data.Remaining} bytes");
        }

        var texts = new string[count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = kind == Hdf5Kind.FixedText ? data.Text(size) : HeapText(file, data, what);
        }

        return texts;
    }

    /// <summary>The product of the dimensions; where it is beyond any attribute, some number beyond.</summary>
    private static ulong Count(Hdf5Attribute attribute) =>
        attribute.Dimensions is not { } dimensions ? 0
        : dimensions.Contains(0UL) ? 0
        : dimensions.Aggregate(
            1UL, (count, dimension) => Math.Min(count, uint.MaxValue) * Math.Min(dimension, uint.MaxValue));

    private static string HeapText(Hdf5Bytes file, Hdf5Cursor data, string what)
    {
        var length = data.UInt32();
        var heap = data.UInt64();
        var index = data.UInt32();
        if (length == 0)
        {
            return "";
        }

        if (!file.Heap(heap).TryGetValue((int)index, out var place) || place.Length < length)
        {
            throw file.Fault(what, $"a text of {length} bytes as object {index} of the heap at {heap}", "none");
        }

        return file.Slice((ulong)place.Start, length, what).Text((int)length);
    }
}

/// <summary>Global heaps, in which texts of variable length lie.</summary>
internal static class Hdf5GlobalHeap
{
    /// <summary>Where each object of a heap lies, by its number.</summary>
    public static Dictionary<int, (int Start, int Length)> Read(Hdf5Bytes file, ulong address)
    {
        const string what = "global heap";
        var head = file.At(address, what);
        head.Signature("GCOL");
        head.Version(1, 1);
        head.Skip(3);
        var at = file.Slice(address, head.UInt64(), what);
        at.Skip(16);
        var objects = new Dictionary<int, (int Start, int Length)>();
        while (at.Remaining >= 16)
        {
            var index = at.UInt16();
            at.Skip(6);
            var length = at.UInt64();
            if (index == 0)
            {
                break; // the rest is free
            }

            if (length > (ulong)at.Remaining || !objects.TryAdd(index, (at.Position, (int)length)))
            {
                throw at.Fault($"an object {index} once, within {at.Remaining} bytes", $"{length} bytes");
            }

            at.Skip((int)Math.Min((length + 7) / 8 * 8, (ulong)at.Remaining));
        }

        return objects;
    }
}
