using MathNet.Numerics;

namespace Redshift.HyperParameters;

/// <summary>What trials teach about configurations not tried: scores of mean 0 and variance 1, and how sure they are.</summary>
internal sealed class SurrogateModel
{
    private readonly ParameterSet parameters;
    private readonly double[][] tried;
    private readonly GaussianProcess process;

    private SurrogateModel(ParameterSet parameters, double[][] tried, GaussianProcess process, double lowest)
    {
        this.parameters = parameters;
        this.tried = tried;
        this.process = process;
        Lowest = lowest;
    }

    /// <summary>The lowest mean at a configuration that was tried.</summary>
    public double Lowest { get; }

    /// <summary>
    /// The model of some trials. Scores that are all positive, as errors are, enter by their logarithm; a failed trial
    /// counts as the worst one, a trial under way as an average one, so that several workers do not all go to one place.
    /// Null where fewer than two trials have a score.
    /// </summary>
    public static SurrogateModel? Of(ParameterSet parameters, IReadOnlyList<Observation> past)
    {
        var known = past.Where(o => o.Score is not null).Select(o => o.Score!.Value).ToArray();
        if (known.Length < 2)
        {
            return null;
        }

        var positive = known.All(score => score > 0.0);
        double Warp(double score) => positive ? Math.Log(score) : score;
        var (worst, mean) = (Warp(known.Max()), known.Average(Warp));
        var scores = past.Select(o => o.Score is { } score ? Warp(score) : o.Failed ? worst : mean).ToArray();
        var centre = scores.Average();
        var width = Math.Sqrt(scores.Average(s => (s - centre) * (s - centre)));
        var observed = scores.Select(s => width > 1e-12 * Math.Max(1.0, Math.Abs(centre)) ? (s - centre) / width : 0.0).ToArray();
        var tried = past.Select(o => Coordinates.Of(parameters, o.Configuration)).ToArray();
        var distances = tried.Select(a => tried.Select(b => Coordinates.Squared(parameters, a, b)).ToArray()).ToArray();
        var process = KernelFit.Fit(parameters.Count, distances, observed);
        return new SurrogateModel(parameters, tried, process, distances.Min(d => process.At(d).Mean));
    }

    /// <summary>Mean and variance at a configuration.</summary>
    public (double Mean, double Variance) At(Configuration configuration)
    {
        var place = Coordinates.Of(parameters, configuration);
        return process.At(Array.ConvertAll(tried, t => Coordinates.Squared(parameters, t, place)));
    }

    /// <summary>By how much a trial of it is expected to fall below the lowest mean.</summary>
    public double ExpectedImprovement(Configuration configuration)
    {
        var (mean, variance) = At(configuration);
        return ExpectedImprovement(Lowest, mean, Math.Sqrt(variance));
    }

    /// <summary>The mean of max(0, lowest - y) for y normal (Jones, Schonlau &amp; Welch 1998, doi:10.1023/A:1008306431147, eq. 15).</summary>
    public static double ExpectedImprovement(double lowest, double mean, double deviation)
    {
        if (deviation <= 0.0)
        {
            return Math.Max(0.0, lowest - mean);
        }

        var z = (lowest - mean) / deviation;
        var density = Math.Exp(-0.5 * z * z) / Math.Sqrt(2.0 * Math.PI);
        var below = 0.5 * SpecialFunctions.Erfc(-z / Math.Sqrt(2.0));
        return Math.Max(0.0, deviation * (z * below + density));
    }
}
