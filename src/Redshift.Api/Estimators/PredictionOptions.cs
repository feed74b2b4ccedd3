namespace Redshift;

/// <summary>What predictions hold besides the redshift and what the recipe gives.</summary>
public sealed class PredictionOptions
{
    /// <summary>Whether <see cref="RedshiftPrediction.Density"/> is given, where the recipe's head has p(z). Default: false.</summary>
    public bool Densities { get; set; }
}
