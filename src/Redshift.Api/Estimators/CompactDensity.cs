using Microsoft.FSharp.Core;
using Redshift.Core.Distributions;

namespace Redshift;

/// <summary>p(z) in 120 bytes: its quantiles at <see cref="Levels"/>, as 16-bit floats (half precision), whatever the head's
/// own form. Between them the cumulative distribution is taken as straight.</summary>
public sealed class CompactDensity
{
    /// <summary>How many quantiles.</summary>
    public const int Count = 60;

    private readonly Half[] quantiles;

    private CompactDensity(Half[] quantiles)
    {
        this.quantiles = quantiles;
    }

    /// <summary>The probabilities (i + 1/2) / 60, i from 0: <see cref="Quantiles"/> are the redshifts below which the true one is with these.</summary>
    public static IReadOnlyList<double> Levels { get; } = Enumerable.Range(0, Count).Select(i => (i + 0.5) / Count).ToArray();

    /// <summary>The quantiles, ascending; NaN where the network's outputs are not finite.</summary>
    public IReadOnlyList<Half> Quantiles => quantiles;

    /// <summary>Of a density; NaN of none.</summary>
    internal static CompactDensity Of(FSharpValueOption<RedshiftDensity> density)
    {
        var quantiles = new Half[Count];
        for (var i = 0; i < Count; i++)
        {
            quantiles[i] = density.IsSome ? (Half)density.Value.Quantile(Levels[i]) : Half.NaN;
        }

        return new CompactDensity(quantiles);
    }
}
