namespace Redshift.ModelFiles.Hdf5;

/// <summary>
/// What a group holds: names and addresses, from a symbol table (a B-tree of tables, names in a heap) or from link
/// messages.
/// </summary>
internal static class Hdf5Links
{
    private const int DeepestTree = 16;

    public static IEnumerable<(string Name, ulong Address)> Read(
        Hdf5Bytes file,
        string path,
        IEnumerable<Hdf5Cursor> tables,
        IEnumerable<Hdf5Cursor> infos,
        IEnumerable<Hdf5Cursor> links)
    {
        foreach (var info in infos)
        {
            CheckCompact(info);
        }

        foreach (var table in tables)
        {
            var tree = table.UInt64();
            foreach (var link in FromTable(file, path, tree, table.UInt64()))
            {
                yield return link;
            }
        }

        foreach (var link in links)
        {
            yield return FromMessage(link);
        }
    }

    private static IEnumerable<(string Name, ulong Address)> FromTable(
        Hdf5Bytes file, string path, ulong tree, ulong heap)
    {
        var names = Heap(file, heap, $"{path}: names");
        foreach (var leaf in Leaves(file, tree, DeepestTree, $"{path}: B-tree"))
        {
            var at = file.At(leaf, $"{path}: symbol table node");
            at.Signature("SNOD");
            at.Version(1, 1);
            at.Skip(1);
            var count = at.UInt16();
            for (var i = 0; i < count; i++)
            {
                var name = at.UInt64();
                var address = at.UInt64();
                var cached = at.UInt32();
                at.Skip(4 + 16);
                if (cached > 1)
                {
                    throw at.Fault("groups and arrays", "a symbolic link");
                }

                yield return (NameAt(file, names, name, path), address);
            }
        }
    }

    /// <summary>The data of a local heap: its address and length.</summary>
    private static (ulong Address, ulong Length) Heap(Hdf5Bytes file, ulong address, string what)
    {
        var at = file.At(address, what);
        at.Signature("HEAP");
        at.Version(0, 0);
        at.Skip(3);
        var length = at.UInt64();
        at.Skip(8);
        return (at.UInt64(), length);
    }

    private static string NameAt(Hdf5Bytes file, (ulong Address, ulong Length) heap, ulong offset, string path)
    {
        var names = file.Slice(heap.Address, heap.Length, $"{path}: names");
        if (offset >= heap.Length)
        {
            throw names.Fault($"a name within {heap.Length} bytes", $"offset {offset}");
        }

        names.Skip((int)offset);
        var length = file.Slice(heap.Address + offset, heap.Length - offset, path).Take(names.Remaining).IndexOf((byte)0);
        return length > 0 ? names.Text(length) : throw names.Fault("a name ended by a zero", "none");
    }

    private static IEnumerable<ulong> Leaves(Hdf5Bytes file, ulong address, int depth, string what)
    {
        var at = file.At(address, what);
        at.Signature("TREE");
        at.Version(0, 0);
        var level = at.Byte();
        if (level > depth)
        {
            throw at.Fault($"a tree of at most {depth} levels here", $"{level}");
        }

        var count = at.UInt16();
        at.Skip(8 + 8 + 8);
        for (var i = 0; i < count; i++)
        {
            var child = at.UInt64();
            at.Skip(8);
            if (level == 0)
            {
                yield return child;
                continue;
            }

            foreach (var leaf in Leaves(file, child, level - 1, what))
            {
                yield return leaf;
            }
        }
    }

    /// <summary>
    /// More than eight links of the newest format lie in a fractal heap, which Keras's files never have.
    /// </summary>
    private static void CheckCompact(Hdf5Cursor at)
    {
        at.Version(0, 0);
        at.Skip((at.Byte() & 1) != 0 ? 8 : 0);
        if (at.UInt64() != Hdf5Bytes.Nowhere)
        {
            throw at.Fault(
                "a group by symbol table or with its links in its header",
                "links in a fractal heap (libver \"latest\")");
        }
    }

    private static (string Name, ulong Address) FromMessage(Hdf5Cursor at)
    {
        at.Version(1, 1);
        var flags = at.Byte();
        var kind = (flags & 0x08) != 0 ? at.Byte() : 0;
        at.Skip(((flags & 0x04) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0));
        var length = at.Unsigned(1 << (flags & 3));
        if (kind != 0 || length == 0 || length > (ulong)at.Remaining)
        {
            throw at.Fault("a hard link with a name", $"a link of kind {kind} with a name of {length} bytes");
        }

        var name = at.Text((int)length);
        return (name, at.UInt64());
    }
}
