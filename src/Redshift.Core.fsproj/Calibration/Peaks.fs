namespace Redshift.Core.Calibration

open System
open Redshift.Core.Distributions

/// Peaks of p(z): how many there are, and whether the highest is at the grid's end.
///
/// The bins' shares are smoothed by the weights 1/4, 1/2, 1/4 (at an end, what falls off stays in the end bin). A dip
/// parts two peaks where it is at most `DipRatio` of the lower of the peaks on its two sides; other dips are passed over,
/// the shallowest first. A part between two dips holds a peak that counts where its probability is at least
/// `LeastProbability`.
module Peaks =

    /// The least probability of a peak that counts.
    [<Literal>]
    let LeastProbability = 0.1

    /// The most that a dip between two peaks may be, in units of the lower peak.
    [<Literal>]
    let DipRatio = 0.5

    /// Bins that a mixture is laid on, over its mean +- 5 sigma.
    [<Literal>]
    let private MixtureBins = 200

    let private smooth (shares: ReadOnlySpan<float>) =
        let last = shares.Length - 1
        let smoothed = Array.zeroCreate<float> shares.Length

        for i = 0 to last do
            smoothed[i] <- 0.25 * shares[max 0 (i - 1)] + 0.5 * shares[i] + 0.25 * shares[min last (i + 1)]

        smoothed

    /// Parts of the grid, from the lowest redshift on: each one's highest value, its probability, and the dip before the
    /// next. The lists grow to the number of local maxima.
    let private cut (values: float[]) =
        let tops, masses, dips = ResizeArray<float>(), ResizeArray<float>(), ResizeArray<float>()
        let mutable top, mass, low, falling = values[0], values[0], values[0], false

        for i = 1 to values.Length - 1 do
            let value = values[i]

            if falling && value > low then
                // The lowest bin goes to the part that it ends.
                tops.Add top
                masses.Add mass
                dips.Add low
                top <- value
                mass <- 0.0
                falling <- false
            elif value < values[i - 1] then
                falling <- true

            low <- value
            top <- max top value
            mass <- mass + value

        tops.Add top
        masses.Add mass
        struct (tops, masses, dips)

    /// Joins the two parts beside the shallowest dip as long as it is too shallow to part them.
    let private join (struct (tops: ResizeArray<float>, masses: ResizeArray<float>, dips: ResizeArray<float>)) =
        let ratio i = dips[i] / min tops[i] tops[i + 1]
        let mutable joining = true

        while joining && dips.Count > 0 do
            let mutable shallowest = 0

            for i = 1 to dips.Count - 1 do
                if ratio i > ratio shallowest then
                    shallowest <- i

            if ratio shallowest > DipRatio then
                tops[shallowest] <- max tops[shallowest] tops[shallowest + 1]
                masses[shallowest] <- masses[shallowest] + masses[shallowest + 1]
                tops.RemoveAt(shallowest + 1)
                masses.RemoveAt(shallowest + 1)
                dips.RemoveAt shallowest
            else
                joining <- false

        masses

    /// How many peaks of at least `LeastProbability` there are; at most ten, and none only where p(z) is spread over more
    /// small peaks than that.
    let count (density: BinnedDensity) : int =
        let masses = join (cut (smooth density.Shares))
        let mutable found = 0

        for mass in masses do
            if mass >= LeastProbability then
                found <- found + 1

        found

    /// Whether p(z) has several peaks. A normal distribution never has; a mixture of normal distributions is laid on 200
    /// bins over its mean +- 5 sigma.
    let several (density: RedshiftDensity) : bool =
        match density with
        | RedshiftDensity.Normal _ -> false
        | RedshiftDensity.Binned binned -> count binned > 1
        | RedshiftDensity.Mixture mixture ->
            let grid =
                { Lowest = mixture.Mean - 5.0 * mixture.Sigma
                  Highest = mixture.Mean + 5.0 * mixture.Sigma
                  Bins = MixtureBins }

            match density.OnGrid grid with
            | Some binned -> count binned > 1
            | None -> false

    /// Whether p(z) is highest in the first or the last bin of its grid; never where it has no grid.
    let atEdge (density: RedshiftDensity) : bool =
        match density with
        | RedshiftDensity.Normal _
        | RedshiftDensity.Mixture _ -> false
        | RedshiftDensity.Binned binned ->
            let mode = binned.Grid.IndexOf binned.Mode
            mode = 0 || mode = binned.Grid.Bins - 1
