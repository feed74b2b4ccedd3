using Redshift.Core;
using Redshift.Core.Calibration;
using CoreCatalogue = Redshift.Core.Catalogues.Catalogue;

namespace Redshift;

/// <summary>
/// How much answers scatter when samples are drawn anew from normal distributions of their errors: the part of the uncertainty
/// that comes from the measurement, which a head without p(z) does not tell. What a row gets depends on its own number alone.
/// </summary>
internal sealed class MonteCarlo
{
    private const ulong Stream = 0x5EED3A7C;

    private readonly double[] centre;
    private readonly double[] sums;
    private readonly double[] squares;
    private readonly int draws;
    private readonly int each;

    private MonteCarlo(int objects, int each, int draws)
    {
        (centre, sums, squares) = (new double[objects * each], new double[objects * each], new double[objects * each]);
        Array.Fill(centre, double.NaN);
        (this.draws, this.each) = (draws, each);
    }

    /// <summary>Asks for some rows so many times.</summary>
    /// <param name="fitted">Who answers.</param>
    /// <param name="catalogue">The catalogue, with errors.</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="calibration">What is applied to answers.</param>
    /// <param name="targets">How many targets there are beside the redshift.</param>
    /// <param name="draws">How often, at least 2.</param>
    /// <exception cref="RedshiftException">The catalogue has no errors.</exception>
    public static MonteCarlo Of(IFittedLearner fitted, CoreCatalogue catalogue, int[] rows, FittedCalibration calibration, int targets, int draws)
    {
        CatalogueInputs.CheckErrors(catalogue);
        var result = new MonteCarlo(rows.Length, 1 + targets, draws);

        // Differences to the answer without noise keep the sums of squares exact.
        var centre = result.centre;
        void Read(CoreCatalogue of, Action<int, double> take) => new HeldOut(fitted.On(of), rows).Estimate(calibration, (i, estimate) =>
        {
            take(i * (1 + targets), estimate.Redshift);
            var place = i * (1 + targets) + 1;
            foreach (var target in estimate.Targets)
            {
                take(place++, target.Value);
            }
        });
        Read(catalogue, (at, value) => centre[at] = value);
        for (var draw = 0; draw < draws; draw++)
        {
            Read(Drawn(catalogue, rows, (ulong)draw), (at, value) =>
            {
                result.sums[at] += value - centre[at];
                result.squares[at] += (value - centre[at]) * (value - centre[at]);
            });
        }

        return result;
    }

    /// <summary>The standard deviation of the redshift of the row at a place.</summary>
    public double OfRedshift(int place) => Deviation(place * each);

    /// <summary>That of a target beside it.</summary>
    public double OfTarget(int place, int target) => Deviation(place * each + 1 + target);

    private double Deviation(int at)
    {
        var mean = sums[at] / draws;
        return double.IsNaN(centre[at]) ? double.NaN : Math.Sqrt(Math.Max(0.0, (squares[at] - draws * mean * mean) / (draws - 1)));
    }

    /// <summary>The catalogue with samples of these rows drawn anew; one without an error stays as it is.</summary>
    private static CoreCatalogue Drawn(CoreCatalogue catalogue, int[] rows, ulong draw)
    {
        var samples = (float[])catalogue.Samples.Clone();
        foreach (var row in rows)
        {
            var stream = RandomStream.ForIndex(Stream ^ (draw << 32), (ulong)catalogue.RowNumbers[row]);
            for (var at = row * catalogue.SampleCount; at < (row + 1) * catalogue.SampleCount; at++)
            {
                var normal = stream.NextNormal();
                if (catalogue.SampleErrors[at] is var error && float.IsFinite(error) && error > 0f)
                {
                    samples[at] += (float)(error * normal);
                }
            }
        }

        return Core.Catalogues.CatalogueModule.withSamples(samples, catalogue);
    }
}
