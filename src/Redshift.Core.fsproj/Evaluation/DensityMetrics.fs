namespace Redshift.Core.Evaluation

open System.Globalization

/// One number that says how good densities p(z) are.
type DensityMetric =
    {
        /// Name in `metrics.json`.
        Key: string
        /// Name for people.
        Title: string
        /// The formula; F is the cumulative distribution, PIT = F(z_spec).
        Definition: string
        /// True for a share of the objects (0 to 1), to be shown in per cent.
        IsShare: bool
        /// The value of scores whose `Pit` ascends; NaN of none.
        Score: DensityScore[] -> float
        /// What the value is the mean of, where it is a mean over objects.
        Term: (DensityScore -> float) option
    }

/// The metrics of p(z). To add one: one entry in `all`. None of them alone says that densities are good: PIT is won by a
/// p(z) that knows nothing but n(z) (Schmidt et al. 2020), so that they are only given together.
module DensityMetrics =

    let private mean key title definition (term: DensityScore -> float) =
        { Key = key
          Title = title
          Definition = definition
          IsShare = false
          Score =
            fun scores ->
                if scores.Length = 0 then
                    nan
                else
                    Array.averageBy term scores
          Term = Some term }

    let private ofPit key title definition (statistic: float[] -> float) =
        { Key = key
          Title = title
          Definition = definition
          IsShare = false
          Score = Array.map _.Pit >> statistic
          Term = None }

    /// The central intervals whose coverage is given.
    let levels = [ 0.5; 0.68; 0.9; 0.95 ]

    /// Whether the central interval of that probability holds the true redshift.
    let covers (level: float) (score: DensityScore) = abs (score.Pit - 0.5) <= level / 2.0

    let private coverage (level: float) =
        let text = level.ToString("0.00", CultureInfo.InvariantCulture)

        { mean
              $"coverage_{text}"
              $"Within the central {100.0 * level:F0} %% interval"
              $"share with |PIT - 0.5| <= {text} / 2"
              (fun score -> if covers level score then 1.0 else 0.0) with
            IsShare = true }

    /// The share of objects that each interval of `levels` holds.
    let coverages: DensityMetric list = List.map coverage levels

    /// Every metric of p(z), in the order in which they are written.
    let all: DensityMetric list =
        [ mean "crps" "CRPS" "mean of the integral of (F(z) - 1[z >= z_spec])^2 dz" _.Crps
          mean "cde_loss" "CDE loss" "mean of the integral of p(z)^2 dz - 2 p(z_spec)" (fun s ->
              s.SquaredIntegral - 2.0 * s.Density)
          mean "log_score" "Log score" "mean of -ln p(z_spec)" (fun s -> -log s.Density)
          ofPit "pit_ks" "PIT, Kolmogorov-Smirnov" "largest |empirical - uniform| of PIT" Uniformity.kolmogorovSmirnov
          ofPit
              "pit_cvm"
              "PIT, Cramér-von Mises"
              "1 / (12 n) + sum (PIT_i - (2 i - 1) / (2 n))^2"
              Uniformity.cramerVonMises
          ofPit
              "pit_ad"
              "PIT, Anderson-Darling"
              "A^2 of the PIT values in (0.01, 0.99), stretched to (0, 1)"
              Uniformity.andersonDarling
          yield! coverages ]
