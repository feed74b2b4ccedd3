namespace Redshift.Core.Calibration

open Redshift.Core.Frames

/// Groups of objects by predicted redshift, for what is fitted apart in each: edges ascend, group `i` holds redshifts from
/// edge `i - 1` up to edge `i`, the first and the last group all beyond.
module PredictedBins =

    /// The edges between groups of at least `least` objects, at multiples of 0.05, taken from the low end; no edges where
    /// there are too few objects for two groups.
    let edges (least: int) (predicted: float[]) : float[] =
        let listed, each = RedshiftBins.assign predicted
        let counts = each |> Array.countBy id |> dict
        let found = ResizeArray()
        let mutable inGroup, left = 0, predicted.Length

        for k in listed do
            inGroup <-
                inGroup
                + match counts.TryGetValue k with
                  | true, n -> n
                  | false, _ -> 0

            if inGroup >= least && left - inGroup >= least then
                found.Add(RedshiftBins.edge (k + 1L))
                left <- left - inGroup
                inGroup <- 0

        found.ToArray()

    /// The group of a predicted redshift.
    let groupOf (edges: float[]) (redshift: float) : int =
        let mutable group = 0

        while group < edges.Length && redshift >= edges[group] do
            group <- group + 1

        group
