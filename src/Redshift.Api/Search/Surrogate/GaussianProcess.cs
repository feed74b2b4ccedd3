using MathNet.Numerics.LinearAlgebra;

namespace Redshift.HyperParameters;

/// <summary>What a Gaussian process assumes, all positive.</summary>
/// <param name="Lengths">By parameter, in units of its range: over which distance values are alike.</param>
/// <param name="Variance">Of the function.</param>
/// <param name="Noise">Variance of an observation around it.</param>
internal sealed record KernelSettings(double[] Lengths, double Variance, double Noise)
{
    public double[] InverseSquaredLengths { get; } = Lengths.Select(l => 1.0 / (l * l)).ToArray();
}

/// <summary>
/// Regression by a Gaussian process of mean zero (Rasmussen &amp; Williams 2006, algorithm 2.1) on configurations, of which
/// only the squared distances by parameter matter.
/// </summary>
internal sealed class GaussianProcess
{
    private readonly KernelSettings settings;
    private readonly double[] inverse;
    private readonly double[] weights;

    /// <summary>Conditions the process on observations.</summary>
    /// <param name="settings">Its kernel.</param>
    /// <param name="distances">[n][n]: squared distances by parameter.</param>
    /// <param name="observed">The n observations.</param>
    /// <exception cref="ArgumentException">The covariance is not positive definite to working precision.</exception>
    public GaussianProcess(KernelSettings settings, double[][][] distances, double[] observed)
    {
        this.settings = settings;
        var n = observed.Length;
        var slopes = new double[n * n];
        var signal = new double[n * n];
        var covariance = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var (correlation, slope) = Matern.WithSlope(distances[i][j], settings.InverseSquaredLengths);
                signal[i * n + j] = settings.Variance * correlation;
                covariance[i * n + j] = covariance[j * n + i] = settings.Variance * correlation;
                slopes[i * n + j] = settings.Variance * slope;
            }

            covariance[i * n + i] += settings.Noise;
        }

        var factor = Matrix<double>.Build.Dense(n, n, covariance).Cholesky();
        var targets = Vector<double>.Build.Dense(observed);
        var solved = factor.Solve(targets);
        weights = solved.ToArray();
        inverse = factor.Solve(Matrix<double>.Build.DenseIdentity(n)).ToColumnMajorArray();
        LogLikelihood = -0.5 * (targets * solved) - 0.5 * factor.DeterminantLn - 0.5 * n * Math.Log(2.0 * Math.PI);
        Gradient = GradientOf(signal, slopes, distances);
    }

    /// <summary>The logarithm of the observations' density.</summary>
    public double LogLikelihood { get; }

    /// <summary>Its derivatives by the logarithms of the lengths, of the variance and of the noise, in this order.</summary>
    public double[] Gradient { get; }

    /// <summary>The mean and variance of the function (without noise) at a point, from its squared distances to the observations.</summary>
    public (double Mean, double Variance) At(double[][] distances)
    {
        var n = distances.Length;
        var k = new double[n];
        var mean = 0.0;
        for (var i = 0; i < n; i++)
        {
            k[i] = settings.Variance * Matern.Correlation(distances[i], settings.InverseSquaredLengths);
            mean += k[i] * weights[i];
        }

        var explained = 0.0;
        for (var i = 0; i < n; i++)
        {
            var row = 0.0;
            for (var j = 0; j < n; j++)
            {
                row += inverse[i * n + j] * k[j];
            }

            explained += row * k[i];
        }

        return (mean, Math.Max(0.0, settings.Variance - explained));
    }

    /// <summary>Half the trace of (a aᵀ - K⁻¹) dK for each setting (Rasmussen &amp; Williams 2006, eq. 5.9).</summary>
    private double[] GradientOf(double[] signal, double[] slopes, double[][][] distances)
    {
        var n = weights.Length;
        var count = settings.Lengths.Length;
        var gradient = new double[count + 2];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var factor = (weights[i] * weights[j] - inverse[i * n + j]) * (i == j ? 0.5 : 1.0);
                var scaled = factor * slopes[i * n + j];
                var squared = distances[i][j];
                for (var p = 0; p < count; p++)
                {
                    gradient[p] += scaled * squared[p];
                }

                gradient[count] += factor * signal[i * n + j];
                gradient[count + 1] += i == j ? factor * settings.Noise : 0.0;
            }
        }

        for (var p = 0; p < count; p++)
        {
            gradient[p] *= settings.InverseSquaredLengths[p];
        }

        return gradient;
    }
}
