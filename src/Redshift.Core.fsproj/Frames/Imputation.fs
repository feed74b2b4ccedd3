namespace Redshift.Core.Frames

open System
open System.Collections.Generic
open Redshift.Core
open Redshift.Core.Catalogues

/// Mean colours, by which magnitudes that are missing are inferred from bands of the same object. A value, fitted on a
/// training part and stored with the model.
type Imputation =
    {
        /// [k - 1] the mean of band i + 1 minus band i over the complete rows, in magnitudes.
        Differences: float[]
        /// How many rows had every band.
        CompleteRows: int
    }

    /// How many bands a row has, k.
    member this.Bands = this.Differences.Length + 1

/// A sample that was inferred.
[<Struct>]
type ImputedSample =
    {
        /// The object's place in the catalogue.
        Row: int
        /// The band.
        Sample: int
        /// Why the survey gave no value.
        State: SampleState
        /// What was inferred, in magnitudes.
        Value: float32
    }

/// Missing magnitudes from mean colours.
///
/// A band's neighbours are the nearest observed bands on either side, in the survey's order. Each neighbour gives the
/// band's magnitude as its own plus the mean difference of the two; the mean of both holds, or the one there is. Mean
/// differences over several bands are the sums of those of neighbouring bands, which over complete rows is the same as
/// to fit them directly. Inferred values never serve to infer others. A band that was not detected is held no brighter
/// than its limit, where that is known.
module Imputation =

    let private isComplete (values: float32[]) (at: int) (samples: int) =
        let mutable complete = true

        for i in at .. at + samples - 1 do
            if Single.IsNaN values[i] then
                complete <- false

        complete

    /// Fits on some rows. `values` is [rows x samples], row-major, in magnitudes, NaN where missing. An error where no
    /// row has every band.
    let fit (samples: int) (values: float32[]) (rows: IReadOnlyList<int>) : Result<Imputation, string> =
        let sums = Array.zeroCreate<float>(max 0 (samples - 1))
        let mutable count = 0

        for row in rows do
            let at = row * samples

            if isComplete values at samples then
                count <- count + 1

                for i in 0 .. samples - 2 do
                    sums[i] <- sums[i] + (float values[at + i + 1] - float values[at + i])

        if count = 0 then
            Error
                $"expected at least one of {rows.Count} rows with all {samples} bands to fit mean colours on, found none"
        else
            Ok
                { Differences = sums |> Array.map (fun sum -> sum / float count)
                  CompleteRows = count }

    /// The mean of band `last` minus band `first`.
    let private difference (fitted: Imputation) first last =
        let mutable sum = 0.0

        for i in first .. last - 1 do
            sum <- sum + fitted.Differences[i]

        sum

    /// The magnitude of band `i`, NaN where no band of the row was observed.
    let infer (fitted: Imputation) (magnitudes: ReadOnlySpan<float32>) (i: int) : float32 =
        let mutable left = i - 1
        let mutable right = i + 1

        while left >= 0 && Single.IsNaN magnitudes[left] do
            left <- left - 1

        while right < magnitudes.Length && Single.IsNaN magnitudes[right] do
            right <- right + 1

        let fromLeft =
            if left < 0 then
                nan
            else
                float magnitudes[left] + difference fitted left i

        let fromRight =
            if right = magnitudes.Length then
                nan
            else
                float magnitudes[right] - difference fitted i right

        if left < 0 then float32 fromRight
        elif right = magnitudes.Length then float32 fromLeft
        else float32 ((fromLeft + fromRight) / 2.0)

    /// A row with every missing magnitude inferred, into `into`; nothing is allocated. `limits`: [k] how faint samples
    /// that were not detected may be, NaN where unknown, or empty. An error is the first band that cannot be inferred:
    /// none of the row's bands was observed.
    let apply
        (fitted: Imputation)
        (magnitudes: ReadOnlySpan<float32>)
        (limits: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        let mutable refused = -1

        for i in 0 .. magnitudes.Length - 1 do
            into[i] <- magnitudes[i]

            if Single.IsNaN magnitudes[i] then
                let inferred = infer fitted magnitudes i

                into[i] <-
                    if limits.Length > 0 && limits[i] > inferred then
                        limits[i]
                    else
                        inferred

                if Single.IsNaN inferred && refused < 0 then
                    refused <- i

        if refused >= 0 then Error refused else Ok()

    /// Why sample `i` of a row has no value.
    let internal stateOf (catalogue: Catalogue) (row: int) (sample: int) =
        if catalogue.SampleStates.Length > 0 then
            catalogue.SampleStates[row * catalogue.SampleCount + sample]
        else
            SampleState.NotObserved

    /// The samples of one object to impute: all that are missing, but saturated ones only with `saturated`. An error is
    /// the first band that cannot be inferred.
    let row (fitted: Imputation) (saturated: bool) (catalogue: Catalogue) (row: int) : Result<ImputedSample list, int> =
        let magnitudes = catalogue.Spectrum row
        let into = Array.zeroCreate<float32> catalogue.SampleCount

        let missing =
            [ for i in 0 .. into.Length - 1 do
                  let state = stateOf catalogue row i

                  if
                      Single.IsNaN catalogue.Samples[row * into.Length + i]
                      && (saturated || state <> SampleState.Saturated)
                  then
                      struct (i, state) ]

        match apply fitted magnitudes (catalogue.Limits row) (into.AsSpan()), missing with
        | Error _, struct (first, _) :: _ -> Error first
        | _ ->
            missing
            |> List.map (fun struct (i, state) ->
                { Row = row
                  Sample = i
                  State = state
                  Value = into[i] })
            |> Ok

    /// A catalogue of magnitudes with its missing samples inferred, and which they are; states and limits stay, so that
    /// masks still tell them. Saturated samples, which are brighter than what can be said about them, are imputed only
    /// with `saturated`. An error names the row and the band that cannot be inferred, or says that the samples are no
    /// magnitudes.
    let complete
        (fitted: Imputation)
        (saturated: bool)
        (catalogue: Catalogue)
        : Result<Catalogue * ImputedSample[], string> =
        let k = catalogue.SampleCount

        if catalogue.Survey.Kind <> SampleKind.Magnitude then
            Error $"expected magnitudes to impute, found {catalogue.Survey.Unit} of survey {catalogue.Survey.Name}"
        elif fitted.Bands <> k then
            Error $"expected {fitted.Bands} bands, found {k} of survey {catalogue.Survey.Name}"
        else
            let samples = Array.copy catalogue.Samples
            let imputed = ResizeArray()
            let mutable fault = None
            let mutable r = 0

            while fault.IsNone && r < catalogue.Count do
                match row fitted saturated catalogue r with
                | Ok cells ->
                    for cell in cells do
                        samples[r * k + cell.Sample] <- cell.Value
                        imputed.Add cell
                | Error sample ->
                    let band = catalogue.Survey.Samples[sample].Column
                    fault <- Some $"object {r} (from 0): expected a band observed to infer {band} from, found none"

                r <- r + 1

            match fault with
            | Some message -> Error message
            | None -> Ok({ catalogue with Samples = samples }, imputed.ToArray())

    let internal write (fitted: Imputation) : JsonValue =
        Json.object
            [ "differences", Json.list (Seq.map Json.float fitted.Differences)
              "complete_rows", Json.int fitted.CompleteRows ]

    let internal read (bands: int) (json: JsonReader) : Imputation =
        let fitted =
            json.Object(fun o ->
                { Differences = o.Required("differences", (fun d -> d.List _.Float |> List.toArray))
                  CompleteRows = o.Required("complete_rows", _.Count) })

        if fitted.Bands <> bands then
            json.Fail($"differences of {bands} bands, one less than bands", string fitted.Differences.Length)

        fitted
