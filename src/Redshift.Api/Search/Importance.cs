using Redshift.Core;

namespace Redshift.HyperParameters;

/// <summary>
/// How much each parameter matters: the share of the variance over the space that it explains by itself, of the mean of a
/// Gaussian process of the trials (the main effects of a functional analysis of variance; Hutter, Hoos &amp; Leyton-Brown
/// 2014). Shares do not add up to 1: interactions have the rest.
/// </summary>
internal static class Importance
{
    private const int FewestTrials = 5;
    private const int Points = 2000;
    private const int Bins = 8;

    /// <summary>A share for each parameter, 0 to 1; none of too few trials, or where all scored alike.</summary>
    public static double[] Of(ParameterSet parameters, IReadOnlyList<Observation> past, ulong seed)
    {
        var ended = past.Where(o => o.Score is not null || o.Failed).ToArray();
        if (ended.Count(o => o.Score is not null) < FewestTrials || SurrogateModel.Of(parameters, ended) is not { } model)
        {
            return [];
        }

        var random = RandomStream.ForIndex(seed, 0x1390);
        var points = Enumerable.Range(0, Points).Select(_ => parameters.Draw(random)).ToArray();
        var means = points.Select(p => model.At(p).Mean).ToArray();
        var centre = means.Average();
        var total = means.Sum(m => (m - centre) * (m - centre));
        return total < 1e-9 * Points ? [] : Enumerable.Range(0, parameters.Count).Select(Share).ToArray();

        double Share(int parameter)
        {
            var domain = parameters[parameter].Domain;
            var groups = Enumerable.Range(0, Points).GroupBy(i => Bin(domain, points[i][parameter]), i => means[i]).ToArray();
            var between = groups.Sum(g => g.Count() * Math.Pow(g.Average() - centre, 2.0));

            // So many groups explain something by chance.
            return Math.Clamp(1.0 - (1.0 - between / total) * (Points - 1.0) / (Points - groups.Length), 0.0, 1.0);
        }
    }

    private static int Bin(Domain domain, double value) => double.IsNaN(value) ? -1
        : domain is ListDomain ? (int)value
        : Math.Min(Bins - 1, (int)(domain.Position(value) * Bins));
}
