namespace Redshift.Core.Distributions

open MathNet.Numerics.Distributions

/// The numbers of p(z) that a prediction file shows, in redshift.
[<Struct>]
type DensitySummary =
    {
        Mean: float
        /// The standard deviation.
        Sigma: float
        /// Quantile 0.025, and so on.
        Q025: float
        Q16: float
        Q50: float
        Q84: float
        Q975: float
        /// Where p(z) is highest.
        Mode: float
    }

    /// Of outputs that are no p(z): NaN throughout.
    static member Undefined =
        { Mean = nan
          Sigma = nan
          Q025 = nan
          Q16 = nan
          Q50 = nan
          Q84 = nan
          Q975 = nan
          Mode = nan }

/// p(z) of one object, normalised to 1 over all redshifts that the head allows.
[<RequireQualifiedAccess>]
type RedshiftDensity =
    | Normal of mean: float * width: float
    | Mixture of NormalMixture
    | Binned of BinnedDensity

    member this.Mean =
        match this with
        | Normal(mean, _) -> mean
        | Mixture mixture -> mixture.Mean
        | Binned binned -> binned.Mean

    /// The standard deviation.
    member this.Sigma =
        match this with
        | Normal(_, width) -> width
        | Mixture mixture -> mixture.Sigma
        | Binned binned -> binned.Sigma

    /// Where the density is highest.
    member this.Mode =
        match this with
        | Normal(mean, _) -> mean
        | Mixture mixture -> mixture.Mode
        | Binned binned -> binned.Mode

    /// p(z).
    member this.Density(redshift: float) =
        match this with
        | Normal(mean, width) -> Normal.PDF(mean, width, redshift)
        | Mixture mixture -> mixture.Density redshift
        | Binned binned -> binned.Density redshift

    /// The probability of at most this redshift.
    member this.Cdf(redshift: float) =
        match this with
        | Normal(mean, width) -> Normal.CDF(mean, width, redshift)
        | Mixture mixture -> mixture.Cdf redshift
        | Binned binned -> binned.Cdf redshift

    /// The redshift whose `Cdf` is `tau`, in (0, 1).
    member this.Quantile(tau: float) =
        match this with
        | Normal(mean, width) -> Normal.InvCDF(mean, width, tau)
        | Mixture mixture -> mixture.Quantile tau
        | Binned binned -> binned.Quantile tau

    /// The probability of each bin of a grid, given that the redshift is in it; none where the grid holds no probability.
    member this.OnGrid(grid: RedshiftGrid) : BinnedDensity option =
        let edges = Array.init (grid.Bins + 1) (fun i -> this.Cdf(grid.Edge i))

        BinnedDensity.Create(grid, edges |> Array.pairwise |> Array.map (fun (low, high) -> max 0.0 (high - low)))
        |> Result.toOption

    /// The mean of densities of one head, each counting the same: that of an ensemble. `densities` holds one or more.
    static member Pool(densities: RedshiftDensity[]) : RedshiftDensity =
        let part = 1.0 / float densities.Length

        let components density =
            match density with
            | Normal(mean, width) -> [| part, mean, width |]
            | Mixture m -> Array.init m.Weights.Length (fun i -> part * m.Weights[i], m.Means[i], m.Widths[i])
            | Binned _ -> invalidArg (nameof densities) "binned densities are pooled with binned ones only"

        match densities with
        | [| one |] -> one
        | _ ->
            match densities[0] with
            | Binned first ->
                let masses = Array.zeroCreate<float> first.Grid.Bins

                for density in densities do
                    match density with
                    | Binned binned when binned.Grid = first.Grid ->
                        for i in 0 .. masses.Length - 1 do
                            masses[i] <- masses[i] + part * binned.Shares[i]
                    | Binned _
                    | Normal _
                    | Mixture _ -> invalidArg (nameof densities) "binned densities are pooled on one grid only"

                match BinnedDensity.Create(first.Grid, masses) with
                | Ok pooled -> Binned pooled
                | Error message -> invalidArg (nameof densities) message
            | Normal _
            | Mixture _ ->
                let weights, means, widths = densities |> Array.collect components |> Array.unzip3

                Mixture
                    { Weights = weights
                      Means = means
                      Widths = widths }

    member this.Summary: DensitySummary =
        { Mean = this.Mean
          Sigma = this.Sigma
          Q025 = this.Quantile 0.025
          Q16 = this.Quantile 0.16
          Q50 = this.Quantile 0.5
          Q84 = this.Quantile 0.84
          Q975 = this.Quantile 0.975
          Mode = this.Mode }
