using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Redshift.Core.Calibration;
using Redshift.Core.Distributions;
using Redshift.Core.Layers;
using Redshift.Core.Models;

namespace Redshift;

/// <summary>Answers on objects that the one who answers has not learnt from.</summary>
/// <param name="Answers">Who answers.</param>
/// <param name="Rows">For which rows.</param>
internal readonly record struct HeldOut(IAnswers Answers, int[] Rows)
{
    /// <summary>Estimates for the rows, by place, from several threads at once.</summary>
    public void Estimate(FittedCalibration calibration, Action<int, Estimate> take) =>
        Answers.Read(Rows, (i, answer) => take(i, EstimateModule.ofAnswer(calibration, answer)));

    /// <summary>What is said of one target other than the redshift, not calibrated: its value, and its density where it has one.</summary>
    public void Targets(string target, Action<int, double, FSharpValueOption<RedshiftDensity>> take) => Answers.Read(Rows, (i, answer) =>
    {
        var estimate = EstimateModule.ofAnswer(FittedCalibration.None, answer).Targets.FirstOrDefault(own => own.Target == target);
        var own = answer.IsSome ? AnswerModule.tryTarget(target, answer.Value) : default;
        take(i, estimate?.Value ?? double.NaN, own is { IsSome: true, Value: Answer.Density { Item: var density } } ? FSharpValueOption<RedshiftDensity>.Some(density) : default);
    });
}

/// <summary>Fitting what stands on top of answers: on objects that they were not learnt from.</summary>
internal static class Calibrating
{
    /// <summary>Fits what a recipe wants: for the redshift on the objects whose own is known, for other targets likewise.</summary>
    /// <param name="wanted">What.</param>
    /// <param name="heldOut">On which objects.</param>
    /// <param name="mayAbstain">Whether objects without an answer are left out; otherwise they are a fault.</param>
    /// <param name="known">What is known of them.</param>
    /// <param name="targets">The recipe's targets other than the redshift.</param>
    /// <param name="source">What messages call the catalogue.</param>
    /// <exception cref="RedshiftException">It cannot be fitted on them.</exception>
    public static FittedCalibration Fit(
        Calibration wanted, IReadOnlyList<HeldOut> heldOut, bool mayAbstain, Usable known, IReadOnlyList<TargetColumn> targets, string source)
    {
        if (wanted.Equals(Calibration.None))
        {
            return FittedCalibration.None;
        }

        var ofRedshift = OfRedshift(wanted, KnownOf(heldOut, known.Redshift), mayAbstain, known.Redshift, source);
        var others = targets.Where(target => target.IsLearnt).Select(target =>
        {
            var truth = known.Others.First(other => other.Target == target.Target).Values;
            return TargetCalibrating.Fit(wanted, target, KnownOf(heldOut, truth), truth, source);
        });
        return new FittedCalibration(
            ofRedshift.Pit,
            ofRedshift.Conformal,
            ofRedshift.Slope,
            ListModule.OfSeq(others.Where(fitted => !fitted.Equals(TargetCalibration.None(fitted.Target)))));
    }

    /// <summary>Of objects held out those of which a target is known.</summary>
    private static HeldOut[] KnownOf(IReadOnlyList<HeldOut> heldOut, double[] truth) =>
        heldOut.Select(part => part with { Rows = Array.FindAll(part.Rows, row => double.IsFinite(truth[row])) }).ToArray();

    private static FittedCalibration OfRedshift(Calibration wanted, HeldOut[] heldOut, bool mayAbstain, double[] redshifts, string source)
    {
        var truth = heldOut.SelectMany(part => part.Rows).Select(row => redshifts[row]).ToArray();
        var first = FittedCalibration.None;
        if (wanted.Pit)
        {
            var (means, pits) = (new double[truth.Length], new double[truth.Length]);
            Each(heldOut, FittedCalibration.None, (i, estimate) => (means[i], pits[i]) =
                (estimate.Redshift, estimate.Density is { IsSome: true, Value: var p } ? p.Cdf(truth[i]) : double.NaN));
            var some = Answered(pits, mayAbstain, source);
            first = FittedCalibrationModule.fitDensities(wanted, At(means, some), At(pits, some));
        }

        var (predicted, sigma) = (new double[truth.Length], new double[truth.Length]);
        Each(heldOut, first, (i, estimate) => (predicted[i], sigma[i]) =
            (estimate.Redshift, estimate.Summary is { IsSome: true, Value: var summary } ? summary.Sigma : 1.0));
        var answered = Answered(predicted, mayAbstain, source);
        return FittedCalibrationModule.fitRedshifts(wanted, At(truth, answered), At(predicted, answered), At(sigma, answered), first).OrThrow($"{source}: calibration on the validation part");
    }

    private static void Each(IReadOnlyList<HeldOut> heldOut, FittedCalibration calibration, Action<int, Estimate> take)
    {
        var first = 0;
        foreach (var part in heldOut)
        {
            var start = first;
            part.Estimate(calibration, (i, estimate) => take(start + i, estimate));
            first += part.Rows.Length;
        }
    }

    private static double[] At(double[] values, int[] places) => Array.ConvertAll(places, place => values[place]);

    /// <summary>The places of objects with an answer.</summary>
    private static int[] Answered(double[] values, bool mayAbstain, string source)
    {
        if (!mayAbstain && Array.FindIndex(values, value => !double.IsFinite(value)) is var at and >= 0)
        {
            throw new RedshiftException(
                $"{source}: calibration on the validation part: expected a finite prediction of each object, found {values[at]} for object {at} (from 0) of it");
        }

        return Enumerable.Range(0, values.Length).Where(place => double.IsFinite(values[place])).ToArray();
    }
}
