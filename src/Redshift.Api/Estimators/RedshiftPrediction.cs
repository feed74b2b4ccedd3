using Redshift.Core.Distributions;
using Redshift.Core.Flags;

namespace Redshift;

/// <summary>What an estimator says of one object.</summary>
/// <param name="Row">The object's row in the input, from 0.</param>
/// <param name="Id">Its id, where the catalogue has one.</param>
/// <param name="Redshift">The predicted redshift; the mean where the estimator gives p(z). NaN where the object's numbers are beyond the network's range.</param>
public sealed record RedshiftPrediction(int Row, string? Id, double Redshift)
{
    /// <summary>What p(z) says besides its mean; null where the recipe's head gives a redshift alone.</summary>
    public RedshiftUncertainty? Uncertainty { get; init; }

    /// <summary>The conformal interval of the level that the recipe names: over objects like those of the validation part it
    /// holds the true redshift with that probability, in groups of predicted redshift. Ends are infinite where there were too few
    /// validation objects for the level, NaN where the redshift is; null where the recipe asks for none.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>What there is to be careful about; null where the recipe asks for no flags.</summary>
    public RedshiftFlags? Flags { get; init; }

    /// <summary>The standard deviation of the redshift over samples drawn anew from their errors, where
    /// <see cref="PredictionOptions.MonteCarlo"/> asks for it; else null.</summary>
    public double? MonteCarloSigma { get; init; }

    /// <summary>Targets other than the redshift, in the order of their columns; empty where the recipe has none.</summary>
    public IReadOnlyList<TargetPrediction> Targets { get; init; } = [];

    /// <summary>The probability in [0, 1] that it is a star; null where the recipe does not say.</summary>
    public double? StarProbability => Of("star_probability");

    /// <summary>The spectral type: a template's place in its list, from 1, with fractions between two; null where the recipe does not say.</summary>
    public double? SpectralType => Of("spectral_type");

    /// <summary>log10 of the stellar mass in solar masses; null where the recipe does not say.</summary>
    public double? StellarMass => Of("stellar_mass");

    private double? Of(string column) => Targets.FirstOrDefault(target => target.Column == column)?.Value;

    /// <summary>p(z) itself in a compact form, where <see cref="PredictionOptions.Densities"/> asks for it; else null.</summary>
    public CompactDensity? Density { get; init; }
}

/// <summary>What is said of a target other than the redshift.</summary>
/// <param name="Target">The target, as the survey names it: <c>stellarity</c>, <c>spectral_type</c>, <c>stellar_mass</c>.</param>
/// <param name="Column">Its column in files: the target's name, of classes <c>star_probability</c>.</param>
/// <param name="Value">The value in the target's own unit, of classes the probability of the second in [0, 1]; NaN where it is not known.</param>
public sealed record TargetPrediction(string Target, string Column, double Value)
{
    /// <summary>The width (standard deviation) of the value's distribution, where the recipe gives one; else null.</summary>
    public double? Sigma { get; init; }

    /// <summary>The standard deviation of the value over samples drawn anew from their errors, where
    /// <see cref="PredictionOptions.MonteCarlo"/> asks for it; else null.</summary>
    public double? MonteCarloSigma { get; init; }
}

/// <summary>The numbers of an object's p(z), in redshift. All are NaN where <see cref="RedshiftPrediction.Redshift"/> is.</summary>
/// <param name="Sigma">The standard deviation, above 0.</param>
/// <param name="Q025">The quantile 0.025: the redshift is below it with this probability.</param>
/// <param name="Q16">The quantile 0.16.</param>
/// <param name="Q50">The median.</param>
/// <param name="Q84">The quantile 0.84.</param>
/// <param name="Q975">The quantile 0.975.</param>
/// <param name="Mode">Where p(z) is highest.</param>
/// <param name="Best">The redshift of least expected loss (Tanaka et al. 2018, doi:10.1093/pasj/psx077, section 4.2): wrong by much the least often.</param>
public sealed record RedshiftUncertainty(
    double Sigma, double Q025, double Q16, double Q50, double Q84, double Q975, double Mode, double Best)
{
    /// <summary>As 32-bit numbers, as files have them, so that a run reads back what it wrote.</summary>
    internal static RedshiftUncertainty Of(DensitySummary summary, double best) => new(
        (float)summary.Sigma,
        (float)summary.Q025,
        (float)summary.Q16,
        (float)summary.Q50,
        (float)summary.Q84,
        (float)summary.Q975,
        (float)summary.Mode,
        (float)best);
}
