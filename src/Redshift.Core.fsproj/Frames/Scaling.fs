namespace Redshift.Core.Frames

open System
open MathNet.Numerics.Statistics
open Redshift.Core

/// How each input column is shifted and stretched.
[<RequireQualifiedAccess>]
type Scaling =
    /// Left as it is.
    | Identity
    /// (x - minimum) / (maximum - minimum): [0, 1] on the training part.
    | MinMax
    /// (x - mean) / standard deviation (ddof 0, as scikit-learn's StandardScaler).
    | Standard
    /// (x - median) / interquartile range (as scikit-learn's RobustScaler).
    | Robust

/// A scaling as fitted on a training part: y = (x - offset) / scale, column by column. Missing values stay missing.
type FittedScaling =
    { Kind: Scaling
      Offset: float[]
      Scale: float[] }

/// Scaling by MathNet.Numerics.Statistics.
module Scaling =

    let private names =
        [ "identity", Scaling.Identity
          "min_max", Scaling.MinMax
          "standard", Scaling.Standard
          "robust", Scaling.Robust ]

    /// The name in JSON.
    let name (kind: Scaling) = names |> List.find (fun (_, k) -> k = kind) |> fst

    /// As `fitColumn`, but may leave the column in another order.
    let internal fitInPlace (kind: Scaling) (column: float[]) : struct (float * float) =
        let values =
            if Array.exists Double.IsNaN column then
                Array.filter (Double.IsNaN >> not) column
            else
                column

        let usable scale = if Double.IsFinite scale && scale > 0.0 then scale else 1.0

        if values.Length = 0 then
            struct (0.0, 1.0)
        else
            match kind with
            | Scaling.Identity -> struct (0.0, 1.0)
            | Scaling.MinMax ->
                let low = ArrayStatistics.Minimum values
                struct (low, usable (ArrayStatistics.Maximum values - low))
            | Scaling.Standard ->
                struct (ArrayStatistics.Mean values, usable (ArrayStatistics.PopulationStandardDeviation values))
            | Scaling.Robust ->
                Array.sortInPlace values
                let quantile q = SortedArrayStatistics.QuantileCustom(values, q, QuantileDefinition.R7)
                struct (quantile 0.5, usable (quantile 0.75 - quantile 0.25))

    /// Offset and scale of one column; NaN is left out of account. A column without spread, or with no value at all, gets
    /// scale 1, so that nothing is divided by zero.
    let fitColumn (kind: Scaling) (column: float[]) : struct (float * float) = fitInPlace kind (Array.copy column)

    let internal ofFitted (kind: Scaling) (fitted: struct (float * float)[]) : FittedScaling =
        { Kind = kind
          Offset = fitted |> Array.map (fun (struct (offset, _)) -> offset)
          Scale = fitted |> Array.map (fun (struct (_, scale)) -> scale) }

    /// Fits `columns` columns, each given by `column i` (training rows alone).
    let fit (kind: Scaling) (columns: int) (column: int -> float[]) : FittedScaling =
        ofFitted kind (Array.init columns (fun i -> fitColumn kind (column i)))

    /// Scales one row in place.
    let apply (fitted: FittedScaling) (row: Span<float32>) : unit =
        for i = 0 to row.Length - 1 do
            row[i] <- float32 ((float row[i] - fitted.Offset[i]) / fitted.Scale[i])

    /// Undoes `apply` in place.
    let invert (fitted: FittedScaling) (row: Span<float32>) : unit =
        for i = 0 to row.Length - 1 do
            row[i] <- float32 (float row[i] * fitted.Scale[i] + fitted.Offset[i])

    let internal writeKind (kind: Scaling) : JsonValue = Json.string (name kind)
    let internal readKind (json: JsonReader) : Scaling = json.OneOf names

    let internal write (fitted: FittedScaling) : JsonValue =
        Json.object
            [ "kind", writeKind fitted.Kind
              "offset", Json.list (Seq.map Json.float fitted.Offset)
              "scale", Json.list (Seq.map Json.float fitted.Scale) ]

    let internal read (columns: int) (json: JsonReader) : FittedScaling =
        let fitted =
            json.Object(fun o ->
                { Kind = o.Required("kind", readKind)
                  Offset = o.Required("offset", fun j -> List.toArray (j.List _.Float))
                  Scale = o.Required("scale", fun j -> List.toArray (j.List _.Positive)) })

        if fitted.Offset.Length <> columns || fitted.Scale.Length <> columns then
            json.Fail($"{columns} offsets and scales", $"{fitted.Offset.Length} and {fitted.Scale.Length}")
        else
            fitted
