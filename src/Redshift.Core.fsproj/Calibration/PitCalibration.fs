namespace Redshift.Core.Calibration

open System
open Redshift.Core
open Redshift.Core.Distributions

/// Makes PIT values uniform: p(z) of cumulative distribution F becomes that of G(F), G being how PIT values of validation
/// objects are distributed (Bordoloi et al. 2010, doi:10.1111/j.1365-2966.2010.16765.x; Kuleshov et al. 2018,
/// arXiv:1807.00263), one G in each group of predicted redshift.
type PitCalibration =
    {
        /// Between the groups, by the mean of p(z).
        Edges: float[]
        /// G of each group at `PitCalibration.knots` equally spaced places from 0 to 1; it begins with 0, ends with 1 and
        /// rises, straight between them.
        Maps: float[][]
    }

/// Fitting and applying.
module PitCalibration =

    /// Pieces of each map.
    [<Literal>]
    let private Pieces = 40

    /// Places at which a map is given.
    let knots = Pieces + 1

    /// So much of the identity is mixed into each map that no density becomes 0 where validation objects happen to lack.
    [<Literal>]
    let private Identity = 0.01

    /// The fewest validation objects of a group.
    [<Literal>]
    let Least = 500

    let private fitMap (pits: float[]) =
        let sorted = Array.sort pits
        let mutable below = 0

        Array.init knots (fun k ->
            let place = float k / float Pieces

            while below < sorted.Length && sorted[below] <= place do
                below <- below + 1

            let share =
                if k = 0 then 0.0
                elif k = Pieces then 1.0
                else float below / float sorted.Length

            Identity * place + (1.0 - Identity) * share)

    /// Fits on validation objects: predicted redshifts (means of p(z)) and PIT values, all finite.
    let fit (predicted: float[]) (pits: float[]) : PitCalibration =
        let edges = PredictedBins.edges Least predicted
        let groups = predicted |> Array.map (PredictedBins.groupOf edges)

        let map group =
            Array.zip groups pits
            |> Array.filter (fun (g, _) -> g = group)
            |> Array.map snd
            |> fitMap

        { Edges = edges
          Maps = Array.init (edges.Length + 1) map }

    let private at (map: float[]) (f: float) =
        let scaled = f * float (map.Length - 1)
        let piece = min (map.Length - 2) (int scaled)
        map[piece] + (scaled - float piece) * (map[piece + 1] - map[piece])

    /// The recalibrated density, on the same bins.
    let apply (calibration: PitCalibration) (density: BinnedDensity) : BinnedDensity =
        let map = calibration.Maps[PredictedBins.groupOf calibration.Edges density.Mean]
        let grid = density.Grid
        let cumulative = Array.init (grid.Bins + 1) (fun i -> at map (density.Cdf(grid.Edge i)))
        let masses = cumulative |> Array.pairwise |> Array.map (fun (a, b) -> max 0.0 (b - a))

        match BinnedDensity.Create(grid, masses) with
        | Ok calibrated -> calibrated
        | Error message -> invalidOp message

    let internal write (calibration: PitCalibration) : JsonValue =
        let floats values = values |> Seq.map Json.float |> Json.list

        Json.object [ "edges", floats calibration.Edges; "maps", calibration.Maps |> Seq.map floats |> Json.list ]

    let internal read (json: JsonReader) : PitCalibration =
        let ascends (values: float[]) = values |> Array.pairwise |> Array.forall (fun (a, b) -> a < b)
        let floats (j: JsonReader) = Array.ofList (j.List _.Float)

        let calibration =
            json.Object(fun o ->
                { Edges = o.Required("edges", floats)
                  Maps = o.Required("maps", (fun j -> Array.ofList (j.List floats))) })

        let isMap (map: float[]) = map.Length >= 2 && map[0] = 0.0 && Array.last map = 1.0 && ascends map

        if
            calibration.Maps.Length <> calibration.Edges.Length + 1
            || not (ascends calibration.Edges)
        then
            json.Fail "ascending edges and one map more than edges"
        elif not (Array.forall isMap calibration.Maps) then
            json.Fail "maps that rise from 0 to 1"
        else
            calibration
