using Redshift.Core.Calibration;
using Redshift.Core.Frames;

namespace Redshift.ModelFiles.Onnx;

/// <summary>A run as an ONNX model: raw fluxes in, redshifts out.</summary>
internal static class OnnxExport
{
    /// <summary>The model's bytes; the same run gives the same bytes.</summary>
    /// <exception cref="RedshiftException">A layer, a head or a scaling that is not exported.</exception>
    public static ReadOnlyMemory<byte> ToBytes(RunRecord run)
    {
        if (run.Parts is not [TrainedNetworks trained] || run.Recipe.Networks is not { Value.Network: var network })
        {
            throw new RedshiftException(
                $"{run.Recipe.Name}: expected one network, found "
                + (run.Members.Count == 0 ? "no networks" : run.Parts.Count > 1 ? $"{run.Parts.Count} folds" : "one for each of several targets"));
        }

        if (network.Outputs != 1 || !network.Head.IsPoint)
        {
            throw new RedshiftException(
                $"{network.Name}: head: expected a point head with one target, found {network.Head}");
        }

        if (trained.Members.Count > 1 || !run.Calibration.Equals(FittedCalibration.None))
        {
            throw new RedshiftException(
                $"{network.Name}: expected one network without calibration, found "
                + (run.Members.Count > 1 ? $"an ensemble of {trained.Members.Count}" : "a calibrated one"));
        }

        var preprocessing = trained.Preprocessing;
        if (preprocessing.Scaling.Kind.IsQuantile)
        {
            throw new RedshiftException(
                $"{network.Name}: scaling: expected identity, min_max, standard or robust, found {ScalingModule.name(preprocessing.Scaling.Kind)}");
        }

        var unit = run.Survey.Unit;
        var graph = new OnnxGraph(network.Name);
        var samples = preprocessing.Samples;
        var flux = graph.Input("flux", samples, $"the {samples} samples of survey {run.Survey.Name}, in {unit}");
        var errors = FeaturesModule.needsErrors(preprocessing.Features)
            ? graph.Input("flux_error", samples, $"their 1-sigma errors, in {unit}")
            : null;
        var input = OnnxPreprocessing.Add(graph, preprocessing, flux, errors);
        var raw = OnnxLayers.Add(graph, network, trained.Members[0].Weights, input);
        var gap = OnnxPreprocessing.Gap(graph, flux, errors);
        var known = graph.Add("Where", [gap, graph.Constant([], [float.NaN]), raw]);
        graph.AddNamed("redshift", "Squeeze", [known, graph.Constant(1)]);
        graph.Output("redshift", "one redshift an object; NaN where a sample is missing");
        return graph.ToModel(
            run.Recipe.Description,
            [("recipe", run.Recipe.Name), ("survey", run.Survey.Name), ("gaps", "refused: NaN in, NaN out")]);
    }
}
