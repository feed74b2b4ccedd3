namespace Redshift.Core.Baselines

open System

/// Objects as points in a space of features, [count x dimensions], made by `Points.create`: whoever holds them knows that
/// there is a point or more and that every number is finite and at most 1e150 in size, so that squares do not overflow.
[<Sealed>]
type Points internal (dimensions: int, values: float[]) =
    /// How many features a point has, 1 or more.
    member _.Dimensions = dimensions
    /// How many points, 1 or more.
    member _.Count = values.Length / dimensions
    /// All numbers, a point's together: what has to be stored to make the points again.
    member _.Values: ReadOnlyMemory<float> = ReadOnlyMemory values
    /// The same, for reading alone.
    member internal _.Numbers = values

/// Making points.
module Points =

    /// Sums of so many squared differences stay finite.
    [<Literal>]
    let private Largest = 1e150

    /// Points from `dimensions` numbers each, a point's together (row-major); the numbers are copied. An error names the
    /// first point and feature (from 0) that is NaN, infinite or larger than 1e150.
    let create (dimensions: int) (values: float[]) : Result<Points, string> =
        if dimensions < 1 then
            Error $"points: expected 1 feature or more, found {dimensions}"
        elif values.Length = 0 || values.Length % dimensions <> 0 then
            Error $"points: expected one point or more of {dimensions} numbers each, found {values.Length} numbers"
        else
            match Array.FindIndex(values, fun x -> not (abs x <= Largest)) with
            | -1 -> Ok(Points(dimensions, Array.copy values))
            | at ->
                Error
                    $"point {at / dimensions}, feature {at % dimensions}: expected a finite number of at most 1e150, found {values[at]}"

    /// The same from single precision, as rows of features are after scaling; the conversion is exact.
    let ofSingles (dimensions: int) (values: float32[]) : Result<Points, string> =
        create dimensions (Array.map float values)

    /// The points at these rows, in their order.
    let internal pick (rows: int[]) (points: Points) : Points =
        let width = points.Dimensions
        let values = Array.zeroCreate (rows.Length * width)

        rows
        |> Array.iteri (fun i row -> Array.blit points.Numbers (row * width) values (i * width) width)

        Points(width, values)
