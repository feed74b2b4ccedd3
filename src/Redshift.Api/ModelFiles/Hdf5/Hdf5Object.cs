namespace Redshift.ModelFiles.Hdf5;

/// <summary>A group or an array of a file, by its header: what is in it is read when it is asked for.</summary>
internal sealed class Hdf5Object(Hdf5Bytes file, ulong address, string path)
{
    private readonly List<Hdf5Message> messages = Hdf5Header.Read(file, address);
    private Dictionary<string, ulong>? links;

    /// <summary>Its place in the file, as in <c>/model_weights/dense</c>.</summary>
    public string Path => path;

    /// <summary>The object below a group by its path, its parts parted by <c>/</c>; null where there is none.</summary>
    public Hdf5Object? Find(string below)
    {
        var found = this;
        foreach (var name in below.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = found?.Child(name);
        }

        return found;
    }

    /// <summary>As <see cref="Find"/>.</summary>
    /// <exception cref="RedshiftException">There is none.</exception>
    public Hdf5Object Get(string below) => Find(below) ?? throw Fault($"{below} in it", "none");

    /// <summary>
    /// An attribute's texts; null where it has no such attribute, none where the attribute is an empty list.
    /// </summary>
    public string[]? Texts(string name)
    {
        foreach (var message in Messages(Hdf5MessageKind.Attribute))
        {
            if (Hdf5Attribute.Read(Open(message, $"{path}: an attribute")) is var attribute && attribute.Name == name)
            {
                return Hdf5Attribute.Texts(file, attribute, $"{path}: attribute {name}");
            }
        }

        // More attributes than fit a header lie in a heap, which Keras never needs.
        foreach (var message in Messages(Hdf5MessageKind.AttributeInfo))
        {
            var at = Open(message, $"{path}: attributes");
            at.Version(0, 0);
            at.Skip((at.Byte() & 1) != 0 ? 2 : 0);
            if (at.UInt64() != Hdf5Bytes.Nowhere)
            {
                throw at.Fault("attributes in the object's header", "attributes in a heap");
            }
        }

        return null;
    }

    /// <summary>A text attribute; null where it has none of that name.</summary>
    public string? Text(string name) => Texts(name) is not { } texts ? null
        : texts.Length == 1 ? texts[0]
        : throw Fault($"one text in the attribute {name}", $"{texts.Length}");

    /// <summary>
    /// An array of floats; its dimensions must be those expected, which is checked before memory is taken.
    /// </summary>
    /// <exception cref="RedshiftException">It is none, has others, or uses what this reader lacks.</exception>
    public float[] Floats(IReadOnlyList<int> dimensions) => Hdf5Floats.Read(
        file,
        path,
        Single(Hdf5MessageKind.Dataspace),
        Single(Hdf5MessageKind.Datatype),
        Single(Hdf5MessageKind.Layout),
        Messages(Hdf5MessageKind.Filters).Select(m => Open(m, $"{path}: filters")).FirstOrDefault(),
        dimensions);

    public RedshiftException Fault(string expected, string found) => file.Fault(path, expected, found);

    private Hdf5Object? Child(string name)
    {
        links ??= ReadLinks();
        return links.TryGetValue(name, out var child)
            ? new Hdf5Object(file, child, path == "/" ? $"/{name}" : $"{path}/{name}")
            : null;
    }

    private Dictionary<string, ulong> ReadLinks()
    {
        var found = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var (name, child) in Hdf5Links.Read(
            file,
            path,
            Messages(Hdf5MessageKind.SymbolTable).Select(m => Open(m, $"{path}: symbol table")),
            Messages(Hdf5MessageKind.LinkInfo).Select(m => Open(m, $"{path}: links")),
            Messages(Hdf5MessageKind.Link).Select(m => Open(m, $"{path}: a link"))))
        {
            if (!found.TryAdd(name, child))
            {
                throw Fault("each name once", "one twice");
            }
        }

        return found;
    }

    private IEnumerable<Hdf5Message> Messages(Hdf5MessageKind kind) => messages.Where(m => m.Kind == kind);

    private Hdf5Cursor Single(Hdf5MessageKind kind)
    {
        var found = Messages(kind).ToArray();
        return found.Length == 1
            ? Open(found[0], $"{path}: {kind}")
            : throw Fault($"an array with one {kind}", $"{found.Length}");
    }

    private Hdf5Cursor Open(Hdf5Message message, string what) => message.Shared
        ? throw file.Fault(what, "its own description", "one shared with other objects")
        : file.Slice((ulong)message.Start, (ulong)message.Length, what);
}
