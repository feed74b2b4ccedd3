using Redshift.Core.Layers;

namespace Redshift.ModelFiles.Onnx;

/// <summary>
/// Layers as nodes: each becomes a function from the name of its input to that of its output. Signals are [batch, channels,
/// positions] in the graph, as ONNX has them, and [positions x channels] in Redshift; graphs likewise, a node a position.
/// </summary>
internal sealed class OnnxLayers(OnnxGraph graph, IReadOnlyDictionary<string, float[]> weights)
    : ILayerInterpreter<Func<string, string>>
{
    /// <summary>What a BatchNormalization node is given after its input, in order.</summary>
    private static readonly string[] Normalising = ["gain", "offset", "mean", "variance"];

    /// <summary>The network's raw outputs, [batch, outputs], from its input, [batch, size].</summary>
    /// <exception cref="RedshiftException">A layer that is not exported; the message names it and its path.</exception>
    public static string Add(
        OnnxGraph graph, Network network, IReadOnlyDictionary<string, float[]> weights, string input)
    {
        if (HasPositions(network.Input))
        {
            var channels = Channels(network.Input);
            var rows = graph.Add("Reshape", [input, graph.Constant(0, network.Input.Size / channels, channels)]);
            input = Swapped(graph, rows);
        }

        return Run(NetworkModule.interpret(new OnnxLayers(graph, weights), network), input);
    }

    public Func<string, string> Dense(Step step, Dense layer)
    {
        var kernel = graph.Constant([step.Input.Size, layer.Units], Weights(step, "kernel"));
        var bias = layer.Bias ? graph.Constant([layer.Units], Weights(step, "bias")) : null;
        return input => graph.Add("Gemm", bias is null ? [input, kernel] : [input, kernel, bias]);
    }

    public Func<string, string> Conv1d(Step step, Conv1d layer)
    {
        var channels = Channels(step.Input);
        var kernel = graph.Constant(
            [layer.Filters, channels, layer.Kernel],
            FiltersFirst(Weights(step, "kernel"), layer.Kernel, channels, layer.Filters));
        var bias = layer.Bias ? graph.Constant([layer.Filters], Weights(step, "bias")) : null;
        return input => graph.Add(
            "Conv",
            bias is null ? [input, kernel] : [input, kernel, bias],
            OnnxGraph.Wholes("kernel_shape", layer.Kernel),
            OnnxGraph.Wholes("strides", layer.Stride),
            OnnxGraph.Wholes("pads", layer.Padding, layer.Padding));
    }

    public Func<string, string> MaxPool1d(Step step, Pool1d layer) => Pool("MaxPool", layer);

    public Func<string, string> AvgPool1d(Step step, Pool1d layer) => Pool("AveragePool", layer);

    public Func<string, string> Activation(Step step, ActivationKind kind) => kind.Tag switch
    {
        ActivationKind.Tags.Linear => input => input,
        ActivationKind.Tags.Relu => input => graph.Add("Relu", [input]),
        ActivationKind.Tags.Sigmoid => input => graph.Add("Sigmoid", [input]),
        ActivationKind.Tags.Tanh => input => graph.Add("Tanh", [input]),
        // Axis 1 is that of the channels, or of the features.
        ActivationKind.Tags.Softmax => input => graph.Add("Softmax", [input], OnnxGraph.Whole("axis", 1)),
        ActivationKind.Tags.Gelu => Gelu,
        ActivationKind.Tags.Softplus => input => graph.Add("Softplus", [input]),
        _ => throw Lacking(step),
    };

    public Func<string, string> Dropout(Step step, Dropout layer) => input => input;

    public Func<string, string> BatchNorm(Step step, BatchNorm layer)
    {
        var arrays = Normalising.Select(name => Vector(step, name)).ToArray();
        return input => graph.Add("BatchNormalization", [input, .. arrays], OnnxGraph.Number("epsilon", layer.Epsilon));
    }

    public Func<string, string> LayerNorm(Step step, LayerNorm layer)
    {
        var (gain, offset) = (Vector(step, "gain"), Vector(step, "offset"));
        string Normalised(string input) => graph.Add(
            "LayerNormalization",
            [input, gain, offset],
            OnnxGraph.Whole("axis", -1),
            OnnxGraph.Number("epsilon", layer.Epsilon));
        return HasPositions(step.Input) ? input => Swapped(graph, Normalised(Swapped(graph, input))) : Normalised;
    }

    public Func<string, string> Flatten(Step step)
    {
        var shape = graph.Constant(0, step.Output.Size);
        return HasPositions(step.Input) ? input => graph.Add("Reshape", [Swapped(graph, input), shape]) : input => input;
    }

    public Func<string, string> GraphAttention(Step step, GraphAttention layer) =>
        input => OnnxAttention.Attend(graph, step, layer, name => Weights(step, name), input);

    public Func<string, string> GraphIdentity(Step step) => input => OnnxAttention.Identify(graph, step, input);

    public Func<string, string> GraphMean(Step step) => input => OnnxAttention.Mean(graph, input);

    public Func<string, string> Residual(Step step, IReadOnlyList<Func<string, string>> inner) =>
        input => graph.Add("Add", [input, Run(inner, input)]);

    private static string Run(IReadOnlyList<Func<string, string>> layers, string input) =>
        layers.Aggregate(input, (name, layer) => layer(name));

    private Func<string, string> Pool(string kind, Pool1d layer) => input => graph.Add(
        kind, [input], OnnxGraph.Wholes("kernel_shape", layer.Size), OnnxGraph.Wholes("strides", layer.Stride));

    /// <summary>x / 2 (1 + erf(x / sqrt 2)): ONNX has a node of its own only from opset 20 on.</summary>
    private string Gelu(string input)
    {
        var erf = graph.Add("Erf", [graph.Add("Mul", [input, graph.Constant([], [(float)Math.Sqrt(0.5)])])]);
        var whole = graph.Add("Mul", [input, graph.Add("Add", [erf, graph.Constant([], [1f])])]);
        return graph.Add("Mul", [whole, graph.Constant([], [0.5f])]);
    }

    /// <summary>Channels and positions exchanged.</summary>
    private static string Swapped(OnnxGraph graph, string input) =>
        graph.Add("Transpose", [input], OnnxGraph.Wholes("perm", 0, 2, 1));

    /// <summary>[kernel, channels, filters] as [filters, channels, kernel].</summary>
    private static float[] FiltersFirst(float[] kernel, int positions, int channels, int filters)
    {
        var result = new float[kernel.Length];
        for (var i = 0; i < kernel.Length; i++)
        {
            var (filter, channel, position) = (i % filters, i / filters % channels, i / filters / channels);
            result[(filter * channels + channel) * positions + position] = kernel[i];
        }

        return result;
    }

    private static bool HasPositions(Shape shape) => shape.IsSignal || shape.IsGraph;

    private static int Channels(Shape shape) => shape switch
    {
        Shape.Signal signal => signal.channels,
        Shape.Graph nodes => nodes.features,
        _ => shape.Size,
    };

    private string Vector(Step step, string name) => graph.Constant([Channels(step.Input)], Weights(step, name));

    private float[] Weights(Step step, string name) => weights[$"{step.Path}/{name}"];

    private static RedshiftException Lacking(Step step) =>
        new($"{step.Path}: expected a layer that ONNX export has, found {NetworkModule.describe(step)}");
}
