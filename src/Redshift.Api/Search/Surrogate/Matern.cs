namespace Redshift.HyperParameters;

/// <summary>
/// The Matérn kernel of smoothness 5/2 with a length for each parameter (Rasmussen &amp; Williams 2006, eq. 4.17):
/// k = s² (1 + √5 r + 5 r² / 3) exp(-√5 r), r² = Σ d² / length².
/// </summary>
internal static class Matern
{
    private static readonly double Root5 = Math.Sqrt(5.0);

    /// <summary>The kernel without its amplitude, from squared distances by parameter and inverse squared lengths.</summary>
    public static double Correlation(ReadOnlySpan<double> squared, ReadOnlySpan<double> inverseSquaredLengths)
    {
        var scaled = Root5 * Math.Sqrt(Radius(squared, inverseSquaredLengths));
        return (1.0 + scaled + scaled * scaled / 3.0) * Math.Exp(-scaled);
    }

    /// <summary>
    /// The correlation, and what the derivatives by the logarithms of the lengths have in common: by the i-th it is this
    /// times d_i² / length_i².
    /// </summary>
    public static (double Correlation, double Slope) WithSlope(ReadOnlySpan<double> squared, ReadOnlySpan<double> inverseSquaredLengths)
    {
        var scaled = Root5 * Math.Sqrt(Radius(squared, inverseSquaredLengths));
        var decay = Math.Exp(-scaled);
        return ((1.0 + scaled + scaled * scaled / 3.0) * decay, 5.0 / 3.0 * (1.0 + scaled) * decay);
    }

    private static double Radius(ReadOnlySpan<double> squared, ReadOnlySpan<double> inverseSquaredLengths)
    {
        var sum = 0.0;
        for (var i = 0; i < squared.Length; i++)
        {
            sum += squared[i] * inverseSquaredLengths[i];
        }

        return sum;
    }
}
