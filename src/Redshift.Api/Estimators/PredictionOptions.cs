namespace Redshift;

/// <summary>What predictions hold besides the redshift and what the recipe gives.</summary>
public sealed class PredictionOptions
{
    /// <summary>Whether <see cref="RedshiftPrediction.Density"/> is given, where the recipe's head has p(z). Default: false.</summary>
    public bool Densities { get; set; }

    /// <summary>
    /// How often samples are drawn anew from normal distributions of their errors, to tell how much predictions scatter by
    /// them (<see cref="RedshiftPrediction.MonteCarloSigma"/>): 0 for not at all, else 2 to 10,000. Default: 0.
    /// </summary>
    public int MonteCarlo { get; set; }
}
