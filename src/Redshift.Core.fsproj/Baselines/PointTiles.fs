namespace Redshift.Core.Baselines

open System
open System.Numerics
open System.Runtime.InteropServices
open System.Runtime.Intrinsics

/// Points in groups of eight (tiles): in a tile the eight points' first features, then their second ones, and so on, so
/// that one instruction serves several points. A squared distance is the sum of squared differences in the order of the
/// features, whichever lane a point stands in: the same bits wherever it is computed, without fused operations, which not
/// every processor has.
type internal PointTiles =
    {
        Dimensions: int
        /// [tiles x dimensions x 8]; infinite where the last tile has no point.
        Values: float[]
        /// Each place's point; the greatest integer where there is none.
        Index: int[]
    }

    /// How many tiles.
    member this.Count = this.Index.Length / 8

/// Making and searching tiles.
module internal PointTiles =

    /// Points of a tile.
    [<Literal>]
    let Lanes = 8

    /// The points in this order.
    let create (points: Points) (order: int[]) : PointTiles =
        let width = points.Dimensions
        let places = (order.Length + Lanes - 1) / Lanes * Lanes
        let values = Array.create (places * width) infinity

        let at place feature = (place / Lanes * width + feature) * Lanes + place % Lanes

        order
        |> Array.iteri (fun place point ->
            for feature in 0 .. width - 1 do
                values[at place feature] <- points.Numbers[point * width + feature])

        { Dimensions = width
          Values = values
          Index = Array.append order (Array.create (places - order.Length) Int32.MaxValue) }

    /// Four numbers from a place, which the caller knows to be inside.
    let inline load (values: float[]) (at: int) : Vector256<float> =
        Vector256.LoadUnsafe(&MemoryMarshal.GetArrayDataReference values, unativeint at)

    /// Offers the lanes that are not too far; four lanes from `place` on.
    let inline private offer (tiles: PointTiles) (nearest: NearestHeap) (squared: Vector256<float>) (place: int) =
        let mutable near =
            Vector256.LessThanOrEqual(squared, Vector256.Create nearest.Worst).ExtractMostSignificantBits()

        while near <> 0u do
            let lane = BitOperations.TrailingZeroCount near
            nearest.Offer(squared.GetElement lane, tiles.Index[place + lane])
            near <- near &&& (near - 1u)

    /// Offers the points of the tiles `first` to `last - 1` to the nearest of the query, whose features stand in `queries`
    /// from `at` on.
    let scan (tiles: PointTiles) (first: int) (last: int) (queries: float[]) (at: int) (nearest: NearestHeap) : unit =
        let width = tiles.Dimensions
        let query = ReadOnlySpan(queries, at, width)

        for tile in first .. last - 1 do
            let mutable left = Vector256<float>.Zero
            let mutable right = Vector256<float>.Zero
            let mutable from = tile * width * Lanes

            for feature in 0 .. query.Length - 1 do
                let centre = Vector256.Create query[feature]
                let a = load tiles.Values from - centre
                let b = load tiles.Values (from + 4) - centre
                left <- left + a * a
                right <- right + b * b
                from <- from + Lanes

            offer tiles nearest left (tile * Lanes)
            offer tiles nearest right (tile * Lanes + 4)
