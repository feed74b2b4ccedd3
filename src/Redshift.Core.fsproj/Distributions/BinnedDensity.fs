namespace Redshift.Core.Distributions

open System

/// p(z) that is constant in each bin of a grid and zero outside it. Made by `BinnedDensity.Create`; whoever holds one knows
/// that its shares are at least 0 and add up to 1.
[<Sealed>]
type BinnedDensity private (grid: RedshiftGrid, shares: float[], cumulative: float[]) =

    member _.Grid = grid

    /// The probability of each bin.
    member _.Shares: ReadOnlySpan<float> = ReadOnlySpan shares

    /// The density with probabilities in proportion to `masses`, one a bin. An error where there are more or fewer, where
    /// one is below 0 or not finite, or where all are 0.
    static member Create(grid: RedshiftGrid, masses: float[]) : Result<BinnedDensity, string> =
        let sums = Array.scan (+) 0.0 masses
        let total = Array.last sums

        if masses.Length <> grid.Bins then
            Error $"expected {grid.Bins} masses, one a bin, found {masses.Length}"
        elif
            masses |> Array.exists (fun m -> not (m >= 0.0))
            || not (total > 0.0 && Double.IsFinite total)
        then
            Error $"expected masses of at least 0 with a finite sum above 0, found a sum of {total}"
        else
            // The last is 1 without rounding, and so is each after the last bin that holds anything.
            Ok(BinnedDensity(grid, masses |> Array.map (fun m -> m / total), sums |> Array.map (fun s -> s / total)))

    /// The mean: that of the bins' centres.
    member _.Mean =
        let mutable sum = 0.0

        for i in 0 .. shares.Length - 1 do
            sum <- sum + shares[i] * grid.Centre i

        sum

    /// The standard deviation; each bin's own spread, width^2 / 12, is part of it.
    member this.Sigma =
        let mean = this.Mean
        let mutable sum = 0.0

        for i in 0 .. shares.Length - 1 do
            sum <- sum + shares[i] * (grid.Centre i - mean) ** 2.0

        sqrt (sum + grid.Width ** 2.0 / 12.0)

    /// The centre of the likeliest bin, the lowest of several.
    member _.Mode =
        let mutable best = 0

        for i in 1 .. shares.Length - 1 do
            if shares[i] > shares[best] then
                best <- i

        grid.Centre best

    /// p(z): the share of the redshift's bin over its width; 0 outside the grid.
    member _.Density(redshift: float) =
        if grid.Contains redshift then
            shares[grid.IndexOf redshift] / grid.Width
        else
            0.0

    /// The probability of at most this redshift: linear in each bin, 0 below the grid and 1 above.
    member _.Cdf(redshift: float) =
        if redshift <= grid.Lowest then
            0.0
        elif redshift >= grid.Highest then
            1.0
        else
            let bin = grid.IndexOf redshift
            let low, high = grid.Edge bin, grid.Edge(bin + 1)
            let part = (redshift - low) / (high - low)
            cumulative[bin] + part * (cumulative[bin + 1] - cumulative[bin])

    /// The lowest redshift whose `Cdf` reaches `tau`, in [0, 1]; of 0, where the probability begins.
    member _.Quantile(tau: float) =
        let reaches bin =
            if tau > 0.0 then
                cumulative[bin + 1] >= tau
            else
                cumulative[bin + 1] > 0.0

        let mutable low, high = 0, grid.Bins - 1

        while low < high do
            let middle = (low + high) / 2

            if reaches middle then high <- middle else low <- middle + 1

        let from, ``to`` = grid.Edge low, grid.Edge(low + 1)
        let part = (tau - cumulative[low]) / (cumulative[low + 1] - cumulative[low])
        min ``to`` (from + part * (``to`` - from))
