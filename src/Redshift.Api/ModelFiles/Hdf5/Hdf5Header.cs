namespace Redshift.ModelFiles.Hdf5;

/// <summary>What the messages of an object header are about, by their numbers in the format.</summary>
internal enum Hdf5MessageKind
{
    Dataspace = 0x0001,
    LinkInfo = 0x0002,
    Datatype = 0x0003,
    Link = 0x0006,
    Layout = 0x0008,
    Filters = 0x000B,
    Attribute = 0x000C,
    Continuation = 0x0010,
    SymbolTable = 0x0011,
    AttributeInfo = 0x0015,
}

/// <summary>One message of an object header.</summary>
internal readonly record struct Hdf5Message(Hdf5MessageKind Kind, bool Shared, int Start, int Length);

/// <summary>Object headers of version 1 and 2: the messages in all their blocks.</summary>
internal static class Hdf5Header
{
    private const string What = "object header";

    /// <summary>As many as a header of version 1 can count.</summary>
    private const int MostMessages = ushort.MaxValue;

    public static List<Hdf5Message> Read(Hdf5Bytes file, ulong address) =>
        file.At(address, What).Byte() == (byte)'O' ? ReadNew(file, address) : ReadOld(file, address);

    private static List<Hdf5Message> ReadOld(Hdf5Bytes file, ulong address)
    {
        var at = file.At(address, What);
        at.Version(1, 1);
        at.Skip(1);
        var count = at.UInt16();
        at.Skip(4);
        var size = at.UInt32();
        at.Skip(4);
        var messages = new List<Hdf5Message>();
        var blocks = new Queue<Hdf5Cursor>([file.Slice((ulong)at.Position, size, What)]);
        while (blocks.TryDequeue(out var block))
        {
            while (count > 0 && block.Remaining >= 8)
            {
                count--;
                var kind = (Hdf5MessageKind)block.UInt16();
                var length = block.UInt16();
                var flags = block.Byte();
                block.Skip(3);
                Keep(messages, kind, flags, block.Part(length, What), found => blocks.Enqueue(Continued(file, found)));
            }
        }

        return messages;
    }

    private static List<Hdf5Message> ReadNew(Hdf5Bytes file, ulong address)
    {
        var at = file.At(address, What);
        at.Signature("OHDR");
        at.Version(2, 2);
        var flags = at.Byte();
        at.Skip(((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0));
        var size = at.Unsigned(1 << (flags & 3));
        if (size > (ulong)at.Remaining)
        {
            throw at.Fault($"{size} bytes of messages", $"{at.Remaining}");
        }

        var messages = new List<Hdf5Message>();
        var blocks = new Queue<Hdf5Cursor>([at.Part((int)size, What)]);
        Hdf5File.CheckSum(file, at, (int)address);
        while (blocks.TryDequeue(out var block))
        {
            var prefix = (flags & 0x04) != 0 ? 6 : 4;
            while (block.Remaining >= prefix)
            {
                var kind = (Hdf5MessageKind)block.Byte();
                var length = block.UInt16();
                var messageFlags = block.Byte();
                block.Skip(prefix - 4);
                var content = block.Part(length, What);
                Keep(messages, kind, messageFlags, content, found => blocks.Enqueue(ContinuedNew(file, found)));
            }
        }

        return messages;
    }

    private static void Keep(
        List<Hdf5Message> messages, Hdf5MessageKind kind, byte flags, Hdf5Cursor content, Action<Hdf5Cursor> goOn)
    {
        if (kind == Hdf5MessageKind.Continuation)
        {
            goOn(content);
            return;
        }

        if (messages.Count == MostMessages)
        {
            throw content.Fault($"at most {MostMessages} messages", "more");
        }

        messages.Add(new Hdf5Message(kind, (flags & 0x02) != 0, content.Position, content.Remaining));
    }

    private static Hdf5Cursor Continued(Hdf5Bytes file, Hdf5Cursor message)
    {
        var address = message.UInt64();
        return file.Slice(address, message.UInt64(), "object header's continuation");
    }

    private static Hdf5Cursor ContinuedNew(Hdf5Bytes file, Hdf5Cursor message)
    {
        var block = Continued(file, message);
        var start = block.Position;
        block.Signature("OCHK");
        var messages = block.Part(block.Remaining - 4, What);
        Hdf5File.CheckSum(file, block, start);
        return messages;
    }
}
