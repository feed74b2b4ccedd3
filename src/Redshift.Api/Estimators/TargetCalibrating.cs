using Redshift.Core.Calibration;
using Redshift.Core.Models;

namespace Redshift;

/// <summary>Fitting what stands on top of answers to targets other than the redshift, on objects that they were not learnt from.</summary>
internal static class TargetCalibrating
{
    /// <summary>Fits what a recipe wants for one target.</summary>
    /// <param name="wanted">What.</param>
    /// <param name="target">For which target.</param>
    /// <param name="heldOut">On which objects: those of which it is known.</param>
    /// <param name="truth">What is known of it, by row.</param>
    /// <param name="source">What messages call the catalogue.</param>
    /// <exception cref="RedshiftException">It cannot be fitted on them.</exception>
    public static TargetCalibration Fit(Calibration wanted, TargetColumn target, IReadOnlyList<HeldOut> heldOut, double[] truth, string source)
    {
        var known = heldOut.SelectMany(part => part.Rows).Select(row => truth[row]).ToArray();
        var (values, pits) = (new double[known.Length], new double[known.Length]);
        var first = 0;
        foreach (var part in heldOut)
        {
            var start = first;
            part.Targets(target.Target, (i, value, density) =>
                (values[start + i], pits[start + i]) = (value, density is { IsSome: true, Value: var p } ? p.Cdf(known[start + i]) : double.NaN));
            first += part.Rows.Length;
        }

        var finite = Enumerable.Range(0, known.Length).Where(i => double.IsFinite(values[i])).ToArray();
        double[] At(double[] all) => Array.ConvertAll(finite, i => all[i]);
        if (finite.Length == 0)
        {
            throw new RedshiftException($"{source}: calibration on the validation part: expected objects with a known {target.Target}, found none");
        }

        if (target.HasSigma)
        {
            return FittedCalibrationModule.ofTargetDensities(wanted, target.Target, At(values), At(pits));
        }

        var fitted = target.Classes.IsEmpty
            ? FittedCalibrationModule.ofTargetValues(wanted, target.Target, At(known), At(values))
            : FittedCalibrationModule.ofTargetProbabilities(wanted, target.Target, Array.ConvertAll(At(known), place => place > 0.5), At(values));
        return fitted.OrThrow($"{source}: calibration of {target.Target} on the validation part");
    }
}
