using Redshift.Core.Frames;

namespace Redshift.ModelFiles.Onnx;

/// <summary>
/// Preprocessing as nodes, step by step as in Core: features from the fluxes, scaling in double precision and rounded to
/// floats, clipping. A gap is not filled in: <see cref="Gap"/> says which objects have one.
/// </summary>
internal static class OnnxPreprocessing
{
    /// <summary>The network's input, [batch, size], channels fastest.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="fitted">What was fitted.</param>
    /// <param name="flux">The name of the fluxes, [batch, samples].</param>
    /// <param name="errors">That of their errors; null where the features have none.</param>
    /// <exception cref="RedshiftException">A scaling that is not exported.</exception>
    public static string Add(OnnxGraph graph, Preprocessing fitted, string flux, string? errors)
    {
        var level = LevelOf(graph, fitted.Features, flux);
        var channels = fitted.Features.Channels.Select(channel => Column(graph, channel, level, flux, errors)).ToArray();
        var features = channels.Length == 1 ? channels[0] : Interleaved(graph, channels, fitted.Size);
        var scaled = Scale(graph, fitted.Scaling, features);
        return fitted.Clip is { Value: var (low, high) }
            ? graph.Add("Clip", [scaled, graph.Constant([], [(float)low]), graph.Constant([], [(float)high])])
            : scaled;
    }

    /// <summary>Channels of [batch, samples] each as [batch, samples x channels], channels fastest.</summary>
    private static string Interleaved(OnnxGraph graph, string[] channels, int size)
    {
        var last = graph.Constant(2);
        var columns = channels.Select(channel => graph.Add("Unsqueeze", [channel, last])).ToArray();
        return graph.Add("Reshape", [graph.Add("Concat", columns, OnnxGraph.Whole("axis", 2)), graph.Constant(0, size)]);
    }

    /// <summary>For each object, [batch, 1], whether any of its samples is missing (NaN).</summary>
    public static string Gap(OnnxGraph graph, string flux, string? errors)
    {
        string Missing(string values) => graph.Add(
            "ReduceMax",
            [graph.Cast(graph.Add("IsNaN", [values]), OnnxType.Float)],
            OnnxGraph.Wholes("axes", 1),
            OnnxGraph.Whole("keepdims", 1));
        var missing = errors is null ? Missing(flux) : graph.Add("Max", [Missing(flux), Missing(errors)]);
        return graph.Add("Greater", [missing, graph.Constant([], [0.5f])]);
    }

    /// <summary>What each object's fluxes are divided by, [batch, 1] as doubles; null for nothing.</summary>
    private static string? LevelOf(OnnxGraph graph, Features features, string flux)
    {
        if (features.Level.IsAsGiven)
        {
            return null;
        }

        var size = graph.Add("Abs", [graph.Cast(flux, OnnxType.Double)]);
        var mean = graph.Add("ReduceMean", [size], OnnxGraph.Wholes("axes", 1), OnnxGraph.Whole("keepdims", 1));
        var some = graph.Add("Greater", [mean, graph.Constant([], [0.0])]);
        return graph.Add("Where", [some, mean, graph.Constant([], [1.0])]);
    }

    /// <summary>One channel, [batch, samples].</summary>
    private static string Column(OnnxGraph graph, Channel channel, string? level, string flux, string? errors)
    {
        string Divided(string values) => level is null
            ? values
            : graph.Cast(graph.Add("Div", [graph.Cast(values, OnnxType.Double), level]), OnnxType.Float);
        return channel.Tag switch
        {
            Channel.Tags.Flux => Divided(flux),
            Channel.Tags.FluxError => Divided(errors!),
            Channel.Tags.Observed => graph.Cast(graph.Add("Not", [graph.Add("IsNaN", [flux])]), OnnxType.Float),
            Channel.Tags.LogLevel => LogLevel(graph, level, flux),
            _ => throw new RedshiftException(
                $"features: expected the channels flux, flux_error, observed or log_level, which ONNX export has, found {channel}"),
        };
    }

    private static string LogLevel(OnnxGraph graph, string? level, string flux)
    {
        var log = level is null
            ? graph.Constant([1, 1], [0f])
            : graph.Cast(
                graph.Add("Div", [graph.Add("Log", [level]), graph.Constant([], [Math.Log(10.0)])]), OnnxType.Float);
        return graph.Add("Expand", [log, graph.Add("Shape", [flux])]);
    }

    private static string Scale(OnnxGraph graph, FittedScaling scaling, string features)
    {
        if (scaling.Kind.IsIdentity)
        {
            return features;
        }

        if (scaling.Kind.IsQuantile)
        {
            throw new RedshiftException(
                "scaling: expected identity, min_max, standard or robust, which ONNX export has, found quantile");
        }

        var columns = scaling.Offset.Length;
        var shifted = graph.Add("Sub", [graph.Cast(features, OnnxType.Double), graph.Constant([columns], scaling.Offset)]);
        return graph.Cast(graph.Add("Div", [shifted, graph.Constant([columns], scaling.Scale)]), OnnxType.Float);
    }
}
