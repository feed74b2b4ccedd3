using Redshift.Core.Calibration;
using Redshift.Core.Evaluation;
using Redshift.Core.Flags;
using Redshift.ModelFiles;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>From estimates to what users and files are given.</summary>
internal static class Answering
{
    /// <summary>Objects with known redshifts as they are scored, in the order of the rows.</summary>
    public static ScoredObject[] Scored(CoreCatalogue core, HeldOut objects, FittedCalibration calibration, Flagging? flagging)
    {
        var rows = objects.Rows;
        var scored = new ScoredObject[rows.Length];
        objects.Estimate(calibration, (i, estimate) =>
            scored[i] = new ScoredObject(
                core.Redshift[rows[i]],
                PredictionOf(core, rows[i], estimate, flagging, compact: false),
                estimate.Summary.IsSome ? DensityScoreModule.ofPossible(estimate.Density, core.Redshift[rows[i]]) : null));
        return scored;
    }

    /// <summary>All numbers are 32-bit ones, as files have them, so that a run reads back what it wrote.</summary>
    public static RedshiftPrediction PredictionOf(CoreCatalogue core, int row, Estimate estimate, Flagging? flagging, bool compact) =>
        new(core.RowNumbers[row], core.Ids.Length > 0 ? core.Ids[row] : null, (float)estimate.Redshift)
        {
            Uncertainty = estimate.Summary is { IsSome: true, Value: var summary } ? RedshiftUncertainty.Of(summary, estimate.Best) : null,
            Interval = estimate.Interval is { IsSome: true, Value: var (low, high) } ? ((float)low, (float)high) : null,
            Flags = flagging is null ? null : FlaggingModule.inspect(flagging, core.Spectrum(row), core.ErrorsOf(row), estimate.Density),
            Density = compact && estimate.Summary.IsSome ? CompactDensity.Of(estimate.Density) : null,
        };
}
