using Redshift.Core.Layers;

namespace Redshift.ModelFiles.Onnx;

/// <summary>Layers of graphs as nodes. As signals, graphs are [batch, features, nodes] here.</summary>
internal static class OnnxAttention
{
    /// <summary>
    /// Graph attention, all heads at once as [batch, heads, units, nodes]: v = W h; the scores
    /// LeakyReLU(a_self v_i + a_neighbour v_j) as [batch, heads, j, i]; their softmax over j; the mean of v by it; the bias.
    /// </summary>
    /// <param name="graph">What the nodes are added to.</param>
    /// <param name="step">The layer in its place.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="weights">Its arrays by name.</param>
    /// <param name="input">The name of its input.</param>
    public static string Attend(
        OnnxGraph graph, Step step, GraphAttention layer, Func<string, float[]> weights, string input)
    {
        var (nodes, features) = (((Shape.Graph)step.Input).nodes, ((Shape.Graph)step.Input).features);
        var (heads, units) = (layer.Heads, layer.Units);
        var kernel = graph.Constant([heads * units, features], Transposed(weights("kernel"), features, heads * units));
        string Score(string name, string values) =>
            graph.Add("MatMul", [graph.Constant([heads, 1, units], weights(name)), values]);

        var values = graph.Add(
            "Reshape", [graph.Add("MatMul", [kernel, input]), graph.Constant(0, heads, units, nodes)]);
        var others = graph.Add(
            "Transpose", [Score("attention_neighbour", values)], OnnxGraph.Wholes("perm", 0, 1, 3, 2));
        var scores = graph.Add(
            "LeakyRelu",
            [graph.Add("Add", [others, Score("attention_self", values)])],
            OnnxGraph.Number("alpha", layer.Slope));
        var alpha = graph.Add("Softmax", [scores], OnnxGraph.Whole("axis", 2));
        var means = graph.Add(
            "Reshape", [graph.Add("MatMul", [values, alpha]), graph.Constant(0, heads * units, nodes)]);
        return graph.Add("Add", [means, graph.Constant([heads * units, 1], weights("bias"))]);
    }

    /// <summary>Each node's index behind its features: room by zeros, then a matrix added that is 1 where it belongs.</summary>
    public static string Identify(OnnxGraph graph, Step step, string input)
    {
        var (nodes, features) = (((Shape.Graph)step.Input).nodes, ((Shape.Graph)step.Input).features);
        var index = new float[(features + nodes) * nodes];
        for (var node = 0; node < nodes; node++)
        {
            index[(features + node) * nodes + node] = 1f;
        }

        var padded = graph.Add("Pad", [input, graph.Constant(0, 0, 0, 0, nodes, 0)]);
        return graph.Add("Add", [padded, graph.Constant([features + nodes, nodes], index)]);
    }

    /// <summary>The mean over the nodes.</summary>
    public static string Mean(OnnxGraph graph, string input) =>
        graph.Add("ReduceMean", [input], OnnxGraph.Wholes("axes", 2), OnnxGraph.Whole("keepdims", 0));

    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        var result = new float[matrix.Length];
        for (var i = 0; i < matrix.Length; i++)
        {
            result[i % columns * rows + i / columns] = matrix[i];
        }

        return result;
    }
}
