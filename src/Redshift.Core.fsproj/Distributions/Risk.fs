namespace Redshift.Core.Distributions

open System
open System.Collections.Concurrent
open Redshift.Core

/// The redshift that is wrong by much the least often (Tanaka et al. 2018, doi:10.1093/pasj/psx077, section 4.2).
module Risk =

    /// Where a wrong redshift begins to cost: the paper's gamma.
    [<Literal>]
    let Scale = 0.15

    /// Bins for densities that have none of their own.
    [<Literal>]
    let private Bins = 400

    /// The loss of saying `said` where `redshift` is true: 1 - 1 / (1 + (delta / 0.15)^2), delta = (said - redshift) /
    /// (1 + redshift); in [0, 1).
    let loss (redshift: float) (said: float) =
        let delta = (said - redshift) / (1.0 + redshift) / Scale
        1.0 - 1.0 / (1.0 + delta * delta)

    /// The expected loss of saying `said`, each bin's probability taken at its centre.
    let ofBins (binned: BinnedDensity) (said: float) =
        let shares = binned.Shares
        let mutable sum = 0.0

        for i in 0 .. shares.Length - 1 do
            if shares[i] > 0.0 then
                sum <- sum + shares[i] * loss (binned.Grid.Centre i) said

        sum

    /// The loss of saying a bin's centre (row) where another's (column) is true, by grid: worked out once, since it is
    /// needed for every object.
    let private tables = ConcurrentDictionary<RedshiftGrid, float[]>()

    let private table (grid: RedshiftGrid) =
        tables.GetOrAdd(
            grid,
            fun grid ->
                Array.init (grid.Bins * grid.Bins) (fun at ->
                    loss (grid.Centre(at % grid.Bins)) (grid.Centre(at / grid.Bins)))
        )

    let private bestBin (binned: BinnedDensity) =
        let grid = binned.Grid
        let mutable best, least = 0, Double.PositiveInfinity

        // Beyond so many bins a table would take more memory than it is worth.
        let losses = if grid.Bins <= Bins then table grid else [||]

        for i in 0 .. grid.Bins - 1 do
            let risk =
                if losses.Length > 0 then
                    Sums.dot (ReadOnlySpan(losses, i * grid.Bins, grid.Bins)) (binned.Shares)
                else
                    ofBins binned (grid.Centre i)

            if risk < least then
                best <- i
                least <- risk

        best

    /// The least of the bins' centres, then a third of the way at a time towards the least between its neighbours: the
    /// whole grid is looked at, since the risk of a density of several peaks has several minima.
    let private bestOfBins (binned: BinnedDensity) =
        let grid = binned.Grid
        let best = bestBin binned
        let mutable low = max grid.Lowest (grid.Centre best - grid.Width)
        let mutable high = min grid.Highest (grid.Centre best + grid.Width)

        // To a thousandth of a bin.
        for _ in 1..20 do
            let left, right = low + (high - low) / 3.0, high - (high - low) / 3.0

            if ofBins binned left <= ofBins binned right then
                high <- right
            else
                low <- left

        (low + high) / 2.0

    /// The redshift of least expected loss.
    let best (density: RedshiftDensity) : float =
        match density with
        | RedshiftDensity.Binned binned -> bestOfBins binned
        | RedshiftDensity.Normal _
        | RedshiftDensity.Mixture _ ->
            let grid =
                { Lowest = density.Quantile 1e-4
                  Highest = density.Quantile 0.9999
                  Bins = Bins }

            match density.OnGrid grid with
            | Some binned -> bestOfBins binned
            | None -> density.Mean
