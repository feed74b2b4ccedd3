using Redshift.Core.Calibration;
using Redshift.Core.Layers;
using Redshift.Engine;

namespace Redshift;

/// <summary>Trained networks of one kind, pooled, and what was fitted on top of them: from rows to estimates. It owns the networks.</summary>
internal sealed class FittedNetworks(IReadOnlyList<IModel> members, FittedCalibration calibration, int threads) : IDisposable
{
    private const int Block = 256;

    /// <summary>The networks.</summary>
    public IReadOnlyList<IModel> Members => members;

    /// <summary>What was fitted on the validation part.</summary>
    public FittedCalibration Calibration => calibration;

    private Head Head => members[0].Network.Head;

    /// <summary>The same networks with another calibration; they then belong to both, and one of the two is disposed of.</summary>
    public FittedNetworks With(FittedCalibration other) => new(members, other, threads);

    /// <summary>
    /// Estimates some rows, block by block: <paramref name="take"/> is told the place in <paramref name="rows"/>, from several
    /// threads at once, each place once.
    /// </summary>
    public void Estimate(CatalogueExamples examples, int[] rows, Action<int, Estimate> take)
    {
        var (head, each) = (Head, members[0].Network.Outputs);
        var together = members.Count * each;
        var inputs = new float[Block * examples.InputSize];
        var single = new float[Block * each];
        var pooled = members.Count == 1 ? single : new float[Block * together];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        for (var first = 0; first < rows.Length; first += Block)
        {
            var count = Math.Min(Block, rows.Length - first);
            for (var i = 0; i < count; i++)
            {
                examples.FillInput(rows[first + i], inputs.AsSpan(i * examples.InputSize, examples.InputSize));
            }

            for (var member = 0; member < members.Count; member++)
            {
                members[member].Predict(inputs.AsSpan(0, count * examples.InputSize), single.AsSpan(0, count * each), count);
                for (var i = 0; i < count && members.Count > 1; i++)
                {
                    single.AsSpan(i * each, each).CopyTo(pooled.AsSpan(i * together + member * each, each));
                }
            }

            void Read(int i) => take(first + i, EstimateModule.ofOutputs(head, calibration, members.Count, pooled.AsSpan(i * together, together)));

            if (head.IsPoint || count == 1)
            {
                for (var i = 0; i < count; i++)
                {
                    Read(i);
                }
            }
            else
            {
                Parallel.For(0, count, options, Read);
            }
        }
    }

    /// <summary>The same networks, with what a recipe wants fitted on validation rows.</summary>
    /// <exception cref="RedshiftException">It cannot be fitted on them.</exception>
    public FittedNetworks Calibrated(Calibration wanted, CatalogueExamples examples, int[] validation, double[] redshifts, string source)
    {
        if (wanted.Equals(Core.Calibration.Calibration.None))
        {
            return this;
        }

        var truth = Array.ConvertAll(validation, row => redshifts[row]);
        var first = FittedCalibration.None;
        if (wanted.Pit)
        {
            var (means, pits) = (new double[truth.Length], new double[truth.Length]);
            Estimate(examples, validation, (i, estimate) => (means[i], pits[i]) =
                (estimate.Redshift, estimate.Density is { IsSome: true, Value: var p } ? p.Cdf(truth[i]) : double.NaN));
            Finite(pits, source);
            first = FittedCalibrationModule.fitDensities(wanted, means, pits);
        }

        var (predicted, sigma) = (new double[truth.Length], new double[truth.Length]);
        With(first).Estimate(examples, validation, (i, estimate) => (predicted[i], sigma[i]) =
            (estimate.Redshift, estimate.Summary is { IsSome: true, Value: var summary } ? summary.Sigma : 1.0));
        Finite(predicted, source);
        return With(FittedCalibrationModule.fitRedshifts(wanted, truth, predicted, sigma, first).OrThrow($"{source}: calibration on the validation part"));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in members)
        {
            member.Dispose();
        }
    }

    private static void Finite(double[] values, string source)
    {
        if (Array.FindIndex(values, value => !double.IsFinite(value)) is var at and >= 0)
        {
            throw new RedshiftException(
                $"{source}: calibration on the validation part: expected a finite prediction of each object, found {values[at]} for object {at} (from 0) of it");
        }
    }
}
