namespace Redshift.Core.Distributions

open System
open MathNet.Numerics

/// What a network that ends in redshift bins is trained towards.
module SoftLabels =

    /// Where a normal distribution is as good as 0, in widths.
    [<Literal>]
    let private furthest = 9.0

    let private cumulative (x: float) = 0.5 * SpecialFunctions.Erfc(-x / sqrt 2.0)

    /// The probability of each bin under a normal distribution around `redshift` of standard deviation `width` (redshift),
    /// given that it is in the grid; of width 0, one in the redshift's bin. A redshift outside the grid is taken at the
    /// grid's nearer end. `into` has one place a bin; its numbers add up to 1.
    let fill (grid: RedshiftGrid) (width: float) (redshift: float) (into: Span<float32>) : unit =
        let centre = max grid.Lowest (min redshift grid.Highest)
        into.Clear()

        if width = 0.0 then
            into[grid.IndexOf centre] <- 1f
        else
            let below redshift = cumulative ((redshift - centre) / width)
            let total = below grid.Highest - below grid.Lowest
            let first = grid.IndexOf(centre - furthest * width)
            let last = grid.IndexOf(centre + furthest * width)
            let mutable low = below (grid.Edge first)

            for bin in first..last do
                let high = below (grid.Edge(bin + 1))
                into[bin] <- float32 ((high - low) / total)
                low <- high
