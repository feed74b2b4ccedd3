using Redshift.Core.Calibration;
using Redshift.Core.Evaluation;
using Redshift.Core.Flags;
using Redshift.Core.Models;
using Redshift.ModelFiles;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>From estimates to what users and files are given.</summary>
internal static class Answering
{
    /// <summary>Objects of which something is known as they are scored, in the order of the rows.</summary>
    /// <param name="core">The catalogue.</param>
    /// <param name="known">What is known of its rows.</param>
    /// <param name="targets">The recipe's targets other than the redshift.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="calibration">What is applied to answers.</param>
    /// <param name="flagging">What objects are flagged by; null: they are not.</param>
    public static ScoredObject[] Scored(
        CoreCatalogue core, Usable known, IReadOnlyList<TargetColumn> targets, HeldOut objects, FittedCalibration calibration, Flagging? flagging)
    {
        var truths = targets.Select(target => known.Others.First(truth => truth.Target == target.Target).Values).ToArray();
        var rows = objects.Rows;
        var scored = new ScoredObject[rows.Length];
        objects.Estimate(calibration, (i, estimate) =>
            scored[i] = new ScoredObject(
                known.Redshift[rows[i]],
                PredictionOf(core, targets, rows[i], estimate, flagging, compact: false),
                estimate.Summary.IsNone ? null
                : double.IsNaN(known.Redshift[rows[i]]) ? DensityScore.Undefined
                : DensityScoreModule.ofPossible(estimate.Density, known.Redshift[rows[i]]))
            {
                Targets = Array.ConvertAll(truths, truth => truth[rows[i]]),
            });
        return scored;
    }

    /// <summary>All numbers are 32-bit ones, as files have them, so that a run reads back what it wrote.</summary>
    public static RedshiftPrediction PredictionOf(
        CoreCatalogue core, IReadOnlyList<TargetColumn> targets, int row, Estimate estimate, Flagging? flagging, bool compact) =>
        new(core.RowNumbers[row], core.Ids.Length > 0 ? core.Ids[row] : null, (float)estimate.Redshift)
        {
            Uncertainty = estimate.Summary is { IsSome: true, Value: var summary } ? RedshiftUncertainty.Of(summary, estimate.Best) : null,
            Interval = estimate.Interval is { IsSome: true, Value: var (low, high) } ? ((float)low, (float)high) : null,
            Flags = flagging is null ? null : FlaggingModule.inspect(flagging, core.Spectrum(row), core.ErrorsOf(row), estimate.Density),
            Targets = targets.Count == 0 ? [] : targets.Select(target => OfTarget(target, estimate)).ToArray(),
            Density = compact && estimate.Summary.IsSome ? CompactDensity.Of(estimate.Density) : null,
        };

    private static TargetPrediction OfTarget(TargetColumn target, Estimate estimate)
    {
        var own = estimate.Targets.FirstOrDefault(said => said.Target == target.Target);
        return new TargetPrediction(target.Target, target.Column, (float)(own?.Value ?? double.NaN))
        {
            Sigma = target.HasSigma ? (float)(own?.Sigma ?? double.NaN) : null,
        };
    }
}
