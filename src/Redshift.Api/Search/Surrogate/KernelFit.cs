namespace Redshift.HyperParameters;

/// <summary>
/// The settings of a kernel of highest posterior density: the likelihood of standardised observations times log-normal
/// priors (on the lengths as Hvarfner, Hellsten &amp; Nardi 2024, arXiv:2402.02229, propose, growing with the number of
/// parameters), climbed by resilient propagation (Riedmiller &amp; Braun 1993; for Gaussian processes Blum &amp; Riedmiller
/// 2013): a fixed number of steps, whatever the data.
/// </summary>
internal static class KernelFit
{
    private const int Steps = 40;
    private const double FirstStep = 0.4;
    private const double LargestStep = 1.0;
    private const double SmallestStep = 1e-3;
    private const double NoiseCentre = -6.0;
    private const double NoiseWidth = 2.0;

    /// <summary>The process with the best settings found.</summary>
    /// <param name="parameters">How many parameters.</param>
    /// <param name="distances">[n][n]: squared distances by parameter.</param>
    /// <param name="observed">The n observations, of mean 0 and variance 1.</param>
    public static GaussianProcess Fit(int parameters, double[][][] distances, double[] observed)
    {
        var centres = Centres(parameters);
        var place = (double[])centres.Clone();
        Array.Fill(place, Math.Log(0.5) + 0.5 * Math.Log(parameters), 0, parameters);
        var steps = new double[place.Length];
        Array.Fill(steps, FirstStep);
        var before = new double[place.Length];
        GaussianProcess? best = null;
        var highest = double.NegativeInfinity;
        for (var step = 0; step < Steps; step++)
        {
            var process = Make(place, distances, observed);
            var density = process.LogLikelihood;
            var gradient = (double[])process.Gradient.Clone();
            for (var i = 0; i < place.Length; i++)
            {
                var off = (place[i] - centres[i]) / Width(i, parameters);
                density -= 0.5 * off * off;
                gradient[i] -= off / Width(i, parameters);
            }

            if (density > highest || best is null)
            {
                (highest, best) = (density, process);
            }

            Climb(place, steps, before, gradient, parameters);
        }

        return best!;
    }

    private static double[] Centres(int parameters)
    {
        var centres = new double[parameters + 2];
        Array.Fill(centres, Math.Sqrt(2.0) + 0.5 * Math.Log(parameters), 0, parameters);
        centres[parameters] = 0.0;
        centres[parameters + 1] = NoiseCentre;
        return centres;
    }

    private static double Width(int setting, int parameters) =>
        setting < parameters ? Math.Sqrt(3.0) : setting == parameters ? 1.0 : NoiseWidth;

    /// <summary>A step in each direction by the gradient's sign alone; shorter after a change of sign.</summary>
    private static void Climb(double[] place, double[] steps, double[] before, double[] gradient, int parameters)
    {
        for (var i = 0; i < place.Length; i++)
        {
            var agreement = Math.Sign(gradient[i]) * Math.Sign(before[i]);
            steps[i] = Math.Clamp(steps[i] * (agreement > 0 ? 1.2 : agreement < 0 ? 0.5 : 1.0), SmallestStep, LargestStep);
            var direction = agreement < 0 ? 0 : Math.Sign(gradient[i]);
            before[i] = agreement < 0 ? 0.0 : gradient[i];
            var (low, high) = i < parameters ? (-3.5, 6.0) : i == parameters ? (-4.0, 4.0) : (-14.0, 1.0);
            place[i] = Math.Clamp(place[i] + direction * steps[i], low, high);
        }
    }

    private static GaussianProcess Make(double[] place, double[][][] distances, double[] observed)
    {
        var lengths = place[..^2].Select(Math.Exp).ToArray();
        for (var noise = Math.Exp(place[^1]); ; noise = Math.Max(1e-6, noise * 10.0))
        {
            try
            {
                return new GaussianProcess(new KernelSettings(lengths, Math.Exp(place[^2]), noise), distances, observed);
            }
            catch (ArgumentException) when (noise < 1e3)
            {
                // Not positive definite to working precision: a little more noise mends it.
            }
        }
    }
}
