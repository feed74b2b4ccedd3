namespace Redshift.Engine.Simd;

/// <summary>Convolution with fewer multiplications: Toom–Cook interpolation in one dimension, "minimal filtering"
/// (Winograd 1980; Lavin and Gray 2016, arXiv:1509.09308). m results of an r-tap filter come from 8 = m + r - 1
/// products instead of m r: y = A' [(G w) (B' x)], at the points 0, ±1, ±2, ±1/2 and infinity. A product is here a
/// whole matrix product over channels. B depends on the points alone; A and G are powers of the points. The way back is
/// the exact transpose of the way forward.</summary>
internal static class MinimalFiltering
{
    /// <summary>Products of a tile.</summary>
    public const int Points = 8;

    /// <summary>Channels and filters come in multiples of this: full panels at every vector width.</summary>
    public const int Multiple = 64;

    private const string Variable = "REDSHIFT_MINIMAL_FILTERING";

    /// <summary>Used unless the environment variable REDSHIFT_MINIMAL_FILTERING is 0.</summary>
    public static bool Default { get; } = Environment.GetEnvironmentVariable(Variable) != "0";

    /// <summary>G's factors of the pairs ±1, ±2, ±1/2: one over the product of the differences to the other
    /// points.</summary>
    public static ReadOnlySpan<float> Factors => [-2f / 9f, 1f / 90f, 32f / 45f];

    /// <summary>Results of a tile.</summary>
    public static int Results(int kernel) => Points + 1 - kernel;

    /// <summary>Tiles for so many results.</summary>
    public static int Tiles(int windows, int kernel) => (windows + Results(kernel) - 1) / Results(kernel);

    /// <summary>Whether a convolution is computed in this way: it must be wide and save a third of the products. The
    /// answer does not depend on the processor.</summary>
    public static bool Pays(int kernel, int stride, int channels, int filters, int windows) =>
        stride == 1 && kernel is >= 2 and <= 5
        && channels % Multiple == 0 && filters % Multiple == 0
        && 3 * Tiles(windows, kernel) * Points <= 2 * windows * kernel;
}
