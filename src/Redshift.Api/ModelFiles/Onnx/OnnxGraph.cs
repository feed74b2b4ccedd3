using System.Runtime.InteropServices;

namespace Redshift.ModelFiles.Onnx;

/// <summary>Types of an ONNX tensor's elements, by their numbers in onnx.proto.</summary>
internal enum OnnxType
{
    Float = 1,
    Int64 = 7,
    Double = 11,
}

/// <summary>
/// An ONNX graph while it is put together: nodes in order, constants, inputs and outputs. Field numbers are those of
/// onnx.proto (ONNX 1.12).
/// </summary>
internal sealed class OnnxGraph(string name)
{
    /// <summary>
    /// The operators' version: the first with LayerNormalization. Every ONNX Runtime since 1.12 has it.
    /// </summary>
    public const int Opset = 17;

    private const int IrVersion = 8;

    private readonly ProtoMessage graph = new ProtoMessage().Text(2, name);
    private int made;

    /// <summary>Adds a node; the name of its output.</summary>
    public string Add(string kind, IReadOnlyList<string> inputs, params ReadOnlySpan<ProtoMessage> attributes) =>
        AddNamed($"{kind}_{made++}", kind, inputs, attributes);

    /// <summary>As <see cref="Add"/>, with a name of its own for the output.</summary>
    public string AddNamed(
        string result, string kind, IReadOnlyList<string> inputs, params ReadOnlySpan<ProtoMessage> attributes)
    {
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, result).Text(3, $"node_{result}").Text(4, kind);
        foreach (var attribute in attributes)
        {
            node.Message(5, attribute);
        }

        graph.Message(1, node);
        return result;
    }

    /// <summary>A constant of floats.</summary>
    public string Constant(IReadOnlyList<int> dimensions, float[] values) =>
        Constant(OnnxType.Float, dimensions, MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>A constant of doubles.</summary>
    public string Constant(IReadOnlyList<int> dimensions, double[] values) =>
        Constant(OnnxType.Double, dimensions, MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>A constant list of whole numbers.</summary>
    public string Constant(params long[] values) =>
        Constant(OnnxType.Int64, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()));

    /// <summary>The node that makes another type of numbers.</summary>
    public string Cast(string input, OnnxType type) => Add("Cast", [input], Whole("to", (int)type));

    /// <summary>Says that the graph is given an array of floats, one row an object.</summary>
    public string Input(string input, int width, string meaning)
    {
        graph.Message(11, Value(input, meaning, width));
        return input;
    }

    /// <summary>Says that an array of floats comes out, one number an object.</summary>
    public void Output(string output, string meaning) => graph.Message(12, Value(output, meaning, null));

    /// <summary>An attribute of a whole number.</summary>
    public static ProtoMessage Whole(string attribute, long value) =>
        new ProtoMessage().Text(1, attribute).Whole(3, value).Whole(20, 2);

    /// <summary>An attribute of a number.</summary>
    public static ProtoMessage Number(string attribute, double value) =>
        new ProtoMessage().Text(1, attribute).Number(2, (float)value).Whole(20, 1);

    /// <summary>An attribute of whole numbers.</summary>
    public static ProtoMessage Wholes(string attribute, params ReadOnlySpan<long> values)
    {
        var message = new ProtoMessage().Text(1, attribute);
        foreach (var value in values)
        {
            message.Whole(8, value);
        }

        return message.Whole(20, 7);
    }

    /// <summary>The whole model.</summary>
    /// <param name="document">What it is, in a line.</param>
    /// <param name="properties">Notes by name.</param>
    public ReadOnlyMemory<byte> ToModel(string document, IEnumerable<(string Name, string Value)> properties)
    {
        var model = new ProtoMessage()
            .Whole(1, IrVersion)
            .Text(2, "redshift")
            .Text(3, SoftwareInfo.Version)
            .Text(6, document)
            .Message(7, graph)
            .Message(8, new ProtoMessage().Text(1, "").Whole(2, Opset));
        foreach (var (key, value) in properties)
        {
            model.Message(14, new ProtoMessage().Text(1, key).Text(2, value));
        }

        return model.ToMemory();
    }

    private string Constant(OnnxType type, IReadOnlyList<int> dimensions, ReadOnlySpan<byte> data)
    {
        var result = $"constant_{made++}";
        var tensor = new ProtoMessage();
        foreach (var dimension in dimensions)
        {
            tensor.Whole(1, dimension);
        }

        tensor.Whole(2, (int)type).Text(8, result).Bytes(9, data.ToArray());
        graph.Message(5, tensor);
        return result;
    }

    private static ProtoMessage Value(string value, string meaning, int? width)
    {
        // However many objects a call has.
        var shape = new ProtoMessage().Message(1, new ProtoMessage().Text(2, "batch"));
        if (width is { } known)
        {
            shape.Message(1, new ProtoMessage().Whole(1, known));
        }

        var tensor = new ProtoMessage().Whole(1, (int)OnnxType.Float).Message(2, shape);
        return new ProtoMessage().Text(1, value).Message(2, new ProtoMessage().Message(1, tensor)).Text(3, meaning);
    }
}
