namespace Redshift.Core.Evaluation

open System
open MathNet.Numerics.Distributions
open Redshift.Core.Distributions

/// How well one object's p(z) foretold its true redshift: all that the distribution metrics need, so that no p(z) has to
/// be kept.
[<Struct>]
type DensityScore =
    {
        /// The probability integral transform F(z_spec), in [0, 1].
        Pit: float
        /// p(z_spec), at least 0.
        Density: float
        /// The integral of p(z)^2 over z.
        SquaredIntegral: float
        /// The continuous ranked probability score, the integral of (F(z) - 1[z >= z_spec])^2 over z, in redshift.
        Crps: float
    }

    /// Of outputs that are no p(z): NaN throughout.
    static member Undefined =
        { Pit = nan
          Density = nan
          SquaredIntegral = nan
          Crps = nan }

/// Scoring densities, exactly for each representation.
module DensityScore =

    /// The integral of F^2 over a piece of width `width` on which F runs straight from `a` to `b`.
    let private squared width a b = width * (a * a + a * b + b * b) / 3.0

    /// F is linear in each bin, 0 below the grid and 1 above.
    let private crpsOfBins (binned: BinnedDensity) (truth: float) =
        let grid = binned.Grid
        let shares = binned.Shares
        // Where the truth is outside, F is wrong by 1 all the way to the grid.
        let mutable sum = max 0.0 (grid.Lowest - truth) + max 0.0 (truth - grid.Highest)
        let mutable below = 0.0

        for i in 0 .. grid.Bins - 1 do
            let low, high = grid.Edge i, grid.Edge(i + 1)
            let above = below + shares[i]
            let split = max low (min high truth)
            let at = below + (split - low) / (high - low) * shares[i]

            sum <-
                sum
                + squared (split - low) below at
                + squared (high - split) (1.0 - at) (1.0 - above)

            below <- above

        sum

    let private density x = Normal.PDF(0.0, 1.0, x)
    let private cumulative x = Normal.CDF(0.0, 1.0, x)

    /// E|X| of a normal distribution: 2 s phi(m / s) + m (2 Phi(m / s) - 1).
    let private meanDistance mean width =
        2.0 * width * density (mean / width)
        + mean * (2.0 * cumulative (mean / width) - 1.0)

    /// Grimit et al. 2006 (doi:10.1256/qj.05.235), eq. 5; of one component, Gneiting & Raftery 2007, eq. 21.
    let private crpsOfMixture (mixture: NormalMixture) (truth: float) =
        let count = mixture.Weights.Length
        let mutable toTruth, among = 0.0, 0.0

        for j in 0 .. count - 1 do
            toTruth <-
                toTruth
                + mixture.Weights[j] * meanDistance (truth - mixture.Means[j]) mixture.Widths[j]

            for k in 0 .. count - 1 do
                let width = sqrt (mixture.Widths[j] ** 2.0 + mixture.Widths[k] ** 2.0)

                among <-
                    among
                    + mixture.Weights[j]
                      * mixture.Weights[k]
                      * meanDistance (mixture.Means[j] - mixture.Means[k]) width

        toTruth - among / 2.0

    let private squaredOfMixture (mixture: NormalMixture) =
        let mutable sum = 0.0

        for j in 0 .. mixture.Weights.Length - 1 do
            for k in 0 .. mixture.Weights.Length - 1 do
                let width = sqrt (mixture.Widths[j] ** 2.0 + mixture.Widths[k] ** 2.0)

                sum <-
                    sum
                    + mixture.Weights[j]
                      * mixture.Weights[k]
                      * Normal.PDF(mixture.Means[k], width, mixture.Means[j])

        sum

    let private squaredOfBins (binned: BinnedDensity) =
        let mutable sum = 0.0

        for share in binned.Shares do
            sum <- sum + share * share

        sum / binned.Grid.Width

    /// The score of p(z) for a true redshift, which is finite.
    let ofDensity (p: RedshiftDensity) (truth: float) : DensityScore =
        let mixture =
            match p with
            | RedshiftDensity.Normal(mean, width) ->
                ValueSome
                    { Weights = [| 1.0 |]
                      Means = [| mean |]
                      Widths = [| width |] }
            | RedshiftDensity.Mixture mixture -> ValueSome mixture
            | RedshiftDensity.Binned _ -> ValueNone

        let squared, crps =
            match p, mixture with
            | RedshiftDensity.Binned binned, _ -> squaredOfBins binned, crpsOfBins binned truth
            | _, ValueSome mixture -> squaredOfMixture mixture, crpsOfMixture mixture truth
            | _, ValueNone -> nan, nan

        // Rounding must not lead out of the range.
        { Pit = min 1.0 (p.Cdf truth)
          Density = p.Density truth
          SquaredIntegral = squared
          Crps = max 0.0 crps }

    /// Whether every number is finite. A density that is not finite scores nothing: it is counted.
    let isFinite (score: DensityScore) =
        Double.IsFinite score.Pit
        && Double.IsFinite score.Density
        && Double.IsFinite score.SquaredIntegral
        && Double.IsFinite score.Crps

    /// The score of p(z) where there is one, for a true redshift; `Undefined` of none, and where a number is not finite.
    let ofPossible (p: RedshiftDensity voption) (truth: float) : DensityScore =
        match p with
        | ValueNone -> DensityScore.Undefined
        | ValueSome density ->
            let score = ofDensity density truth
            if isFinite score then score else DensityScore.Undefined
