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
    /// The share of the training part below x, in [0, 1], by linear interpolation between so many quantiles (as
    /// scikit-learn's QuantileTransformer with uniform output, of all rows). A value that many rows share gets the middle of
    /// its steps; values beyond the training part's get 0 or 1, the least and the greatest exactly so.
    | Quantile of quantiles: int

/// A scaling as fitted on a training part, column by column: y = (x - offset) / scale; of quantiles, by `Landmarks`. Missing
/// values stay missing.
type FittedScaling =
    {
        Kind: Scaling
        Offset: float[]
        Scale: float[]
        /// Each column's quantiles from 0 to 1 at equal steps, ascending; no columns for other kinds.
        Landmarks: float[][]
    }

/// What was fitted on one column; without landmarks where the kind takes none.
[<Struct>]
type FittedColumn =
    { Offset: float
      Scale: float
      Landmarks: float[] }

/// Scaling by MathNet.Numerics.Statistics.
module Scaling =

    /// scikit-learn's default number of quantiles.
    [<Literal>]
    let private UsualQuantiles = 1000

    [<Literal>]
    let private MostQuantiles = 10000

    let private names =
        [ "identity", Scaling.Identity
          "min_max", Scaling.MinMax
          "standard", Scaling.Standard
          "robust", Scaling.Robust
          "quantile", Scaling.Quantile UsualQuantiles ]

    /// The name in JSON.
    let name (kind: Scaling) =
        match kind with
        | Scaling.Identity -> "identity"
        | Scaling.MinMax -> "min_max"
        | Scaling.Standard -> "standard"
        | Scaling.Robust -> "robust"
        | Scaling.Quantile _ -> "quantile"

    /// Sorted values' quantiles from 0 to 1, as many as asked for but no more than there are values.
    let private landmarks (quantiles: int) (sorted: float[]) =
        let count = max 2 (min quantiles sorted.Length)

        let quantile i =
            SortedArrayStatistics.QuantileCustom(sorted, float i / float (count - 1), QuantileDefinition.R7)

        // Rounding must not make one fall.
        Array.init (count - 1) (fun i -> quantile (i + 1))
        |> Array.scan max (quantile 0)

    /// Where a value stands among ascending landmarks, 0 to 1.
    let private position (landmarks: float[]) (x: float) : float =
        let last = landmarks.Length - 1
        let reference i = float i / float last

        /// How many landmarks are below x, or at most x.
        let count (within: float -> bool) =
            let mutable low, high = 0, landmarks.Length

            while low < high do
                let middle = (low + high) / 2

                if within landmarks[middle] then
                    low <- middle + 1
                else
                    high <- middle

            low

        let between i =
            let part = (x - landmarks[i]) / (landmarks[i + 1] - landmarks[i])
            (float i + part) / float last

        if Double.IsNaN x then
            nan
        elif x <= landmarks[0] then
            0.0
        elif x >= landmarks[last] then
            1.0
        else
            let below, atMost = count (fun q -> q < x), count (fun q -> q <= x)

            if atMost > below then
                // From both sides of the equal landmarks.
                0.5 * (reference below + reference (atMost - 1))
            else
                between (below - 1)

    /// The value at a position, between landmarks linearly.
    let private valueAt (landmarks: float[]) (position: float) : float =
        let last = landmarks.Length - 1
        let at = float last * max 0.0 (min 1.0 position)
        let i = min (last - 1) (int at)
        landmarks[i] + (at - float i) * (landmarks[i + 1] - landmarks[i])

    /// As `fitColumn`, but may leave the column in another order.
    let internal fitInPlace (kind: Scaling) (column: float[]) : FittedColumn =
        let values =
            if Array.exists Double.IsNaN column then
                Array.filter (Double.IsNaN >> not) column
            else
                column

        let usable scale = if Double.IsFinite scale && scale > 0.0 then scale else 1.0

        let shift offset scale =
            { Offset = offset
              Scale = scale
              Landmarks = [||] }

        match kind with
        | Scaling.Quantile quantiles ->
            Array.sortInPlace values

            { shift 0.0 1.0 with
                Landmarks =
                    if values.Length = 0 then
                        [| 0.0; 0.0 |]
                    else
                        landmarks quantiles values }
        | Scaling.Identity
        | Scaling.MinMax
        | Scaling.Standard
        | Scaling.Robust when values.Length = 0 -> shift 0.0 1.0
        | Scaling.Identity -> shift 0.0 1.0
        | Scaling.MinMax ->
            let low = ArrayStatistics.Minimum values
            shift low (usable (ArrayStatistics.Maximum values - low))
        | Scaling.Standard ->
            shift (ArrayStatistics.Mean values) (usable (ArrayStatistics.PopulationStandardDeviation values))
        | Scaling.Robust ->
            Array.sortInPlace values
            let quantile q = SortedArrayStatistics.QuantileCustom(values, q, QuantileDefinition.R7)
            shift (quantile 0.5) (usable (quantile 0.75 - quantile 0.25))

    /// One column fitted; NaN is left out of account. A column without spread, or with no value at all, gets scale 1, so
    /// that nothing is divided by zero.
    let fitColumn (kind: Scaling) (column: float[]) : FittedColumn = fitInPlace kind (Array.copy column)

    let internal ofFitted (kind: Scaling) (fitted: FittedColumn[]) : FittedScaling =
        { Kind = kind
          Offset = fitted |> Array.map _.Offset
          Scale = fitted |> Array.map _.Scale
          Landmarks =
            fitted
            |> Array.map _.Landmarks
            |> Array.filter (fun column -> column.Length > 0) }

    /// Fits `columns` columns, each given by `column i` (training rows alone).
    let fit (kind: Scaling) (columns: int) (column: int -> float[]) : FittedScaling =
        ofFitted kind (Array.init columns (fun i -> fitColumn kind (column i)))

    /// Scales one row in place.
    let apply (fitted: FittedScaling) (row: Span<float32>) : unit =
        if fitted.Landmarks.Length = 0 then
            for i = 0 to row.Length - 1 do
                row[i] <- float32 ((float row[i] - fitted.Offset[i]) / fitted.Scale[i])
        else
            for i = 0 to row.Length - 1 do
                row[i] <- float32 (position fitted.Landmarks[i] (float row[i]))

    /// Undoes `apply` in place; what quantiles have put at 0 or 1 comes back as the least or greatest of the training part.
    let invert (fitted: FittedScaling) (row: Span<float32>) : unit =
        if fitted.Landmarks.Length = 0 then
            for i = 0 to row.Length - 1 do
                row[i] <- float32 (float row[i] * fitted.Scale[i] + fitted.Offset[i])
        else
            for i = 0 to row.Length - 1 do
                if not (Single.IsNaN row[i]) then
                    row[i] <- float32 (valueAt fitted.Landmarks[i] (float row[i]))

    /// The name; of quantiles other than the usual number, `{ "type": "quantile", "quantiles": 100 }`.
    let internal writeKind (kind: Scaling) : JsonValue =
        match kind with
        | Scaling.Quantile quantiles when quantiles <> UsualQuantiles ->
            Json.object [ "type", Json.string (name kind); "quantiles", Json.int quantiles ]
        | Scaling.Quantile _
        | Scaling.Identity
        | Scaling.MinMax
        | Scaling.Standard
        | Scaling.Robust -> Json.string (name kind)

    let private readQuantiles (json: JsonReader) =
        if json.Int >= 2 && json.Int <= MostQuantiles then
            json.Int
        else
            json.Fail $"a whole number from 2 to {MostQuantiles}"

    let internal readKind (json: JsonReader) : Scaling =
        if json.IsObject then
            json.Object(fun o ->
                o.Case("type", [ "quantile", () ])
                Scaling.Quantile(o.Required("quantiles", readQuantiles)))
        else
            json.OneOf names

    let private list (values: float[]) = Json.list (Seq.map Json.float values)

    let internal write (fitted: FittedScaling) : JsonValue =
        Json.object
            [ "kind", writeKind fitted.Kind
              "offset", list fitted.Offset
              "scale", list fitted.Scale
              if fitted.Landmarks.Length > 0 then
                  "landmarks", Json.list (Seq.map list fitted.Landmarks) ]

    /// One column's quantiles: two or more that do not fall.
    let private readLandmarks (json: JsonReader) =
        let values = List.toArray (json.List _.Float)

        if
            values.Length >= 2
            && values |> Array.pairwise |> Array.forall (fun (low, high) -> low <= high)
        then
            values
        else
            json.Fail "two or more numbers that do not fall"

    let internal read (columns: int) (json: JsonReader) : FittedScaling =
        let fitted =
            json.Object(fun o ->
                let kind = o.Required("kind", readKind)

                { Kind = kind
                  Offset = o.Required("offset", fun j -> List.toArray (j.List _.Float))
                  Scale = o.Required("scale", fun j -> List.toArray (j.List _.Positive))
                  Landmarks =
                    match kind with
                    | Scaling.Quantile _ -> o.Required("landmarks", fun j -> List.toArray (j.List readLandmarks))
                    | Scaling.Identity
                    | Scaling.MinMax
                    | Scaling.Standard
                    | Scaling.Robust -> [||] })

        let landmarks = fitted.Landmarks.Length

        if fitted.Offset.Length <> columns || fitted.Scale.Length <> columns then
            json.Fail($"{columns} offsets and scales", $"{fitted.Offset.Length} and {fitted.Scale.Length}")
        elif fitted.Kind.IsQuantile && landmarks <> columns then
            json.Fail($"landmarks of {columns} columns", $"{landmarks}")
        else
            fitted
