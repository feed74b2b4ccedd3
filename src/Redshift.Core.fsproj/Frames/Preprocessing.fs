namespace Redshift.Core.Frames

open System
open System.Buffers
open System.Collections.Generic
open System.Threading.Tasks
open Redshift.Core
open Redshift.Core.Catalogues

/// What is known of objects, n rows of k samples, row-major; arrays other than the samples are empty where nothing is.
[<NoComparison; ReferenceEquality>]
type InputRows =
    {
        /// k.
        SampleCount: int
        /// [n x k] NaN where missing.
        Fluxes: float32[]
        /// [n x k] their errors, NaN where missing.
        Errors: float32[]
        /// [n x k] why samples are missing.
        States: SampleState[]
        /// [n x k] how faint samples that were not detected may be, NaN where not known.
        Limits: float32[]
        /// [n x `Features.numbers`] further columns, NaN where missing.
        Numbers: float32[]
    }

/// Making them.
module InputRows =

    /// From arrays alone: no states, limits or further columns.
    let ofArrays (samples: int) (fluxes: float32[]) (errors: float32[]) : InputRows =
        { SampleCount = samples
          Fluxes = fluxes
          Errors = errors
          States = [||]
          Limits = [||]
          Numbers = [||] }

    /// From a catalogue, with the further columns that the features need. An error names the first that it lacks.
    let ofCatalogue (features: Features) (catalogue: Catalogue) : Result<InputRows, string> =
        let names = Features.numbers features |> List.toArray

        let known =
            if names.Length = 0 then
                Set.empty
            else
                Set.ofSeq catalogue.Objects.ColumnKeys

        match names |> Array.tryFind (known.Contains >> not) with
        | Some missing -> Error $"{catalogue.Source}: expected a column \"{missing}\" for the features, found none"
        | None ->
            let numbers = Array.zeroCreate<float32>(names.Length * catalogue.Count)

            names
            |> Array.iteri (fun c name ->
                catalogue.Objects.GetColumn<float> name
                |> Deedle.Series.valuesAll
                |> Seq.iteri (fun row value ->
                    numbers[row * names.Length + c] <- value |> Option.map float32 |> Option.defaultValue Single.NaN))

            Ok
                { SampleCount = catalogue.SampleCount
                  Fluxes = catalogue.Samples
                  Errors = catalogue.SampleErrors
                  States = catalogue.SampleStates
                  Limits = catalogue.SampleLimits
                  Numbers = numbers }

/// All that stands between a catalogue row and the network, as fitted on a training part: features, scaling, clipping.
/// A value, stored with the model; applying it looks at one row alone.
type Preprocessing =
    {
        Features: Features
        /// How many samples a row has.
        Samples: int
        /// The mean colours that fill gaps, where the features have `Gaps.Impute`.
        Imputation: Imputation option
        Scaling: FittedScaling
        /// Scaled inputs are held within these ends, if given.
        Clip: (float * float) option
    }

    /// How many numbers go into the network.
    member this.Size = Features.size this.Features this.Samples

/// Fitting and applying.
module Preprocessing =

    /// How many columns are held at once while scaling is fitted, lest a second copy of the data be in memory.
    [<Literal>]
    let private ColumnsAtOnce = 16

    /// How many of them are fitted side by side, each in memory of its own.
    [<Literal>]
    let private MostWorkers = 4

    let private part (values: 'T[]) (row: int) (size: int) : ReadOnlySpan<'T> =
        if values.Length = 0 then
            ReadOnlySpan.Empty
        else
            ReadOnlySpan(values, row * size, size)

    /// The features of a row whose gaps are filled by mean colours where there are any.
    let private fillRow
        (features: Features)
        (imputation: Imputation option)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (states: ReadOnlySpan<SampleState>)
        (limits: ReadOnlySpan<float32>)
        (numbers: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        match imputation with
        | None -> Features.fillRow features flux flux errors states numbers into
        | Some imputation ->
            let rented = ArrayPool<float32>.Shared.Rent flux.Length

            try
                let completed = rented.AsSpan(0, flux.Length)

                match Imputation.apply imputation flux limits completed with
                | Error sample -> Error sample
                | Ok() -> Features.fillRow features (Span.op_Implicit completed) flux errors states numbers into
            finally
                ArrayPool<float32>.Shared.Return rented

    let private fillInput features imputation (input: InputRows) (row: int) (into: Span<float32>) =
        let k = input.SampleCount

        let numbers =
            if input.Numbers.Length = 0 then
                0
            else
                input.Numbers.Length / (input.Fluxes.Length / k)

        fillRow
            features
            imputation
            (part input.Fluxes row k)
            (part input.Errors row k)
            (part input.States row k)
            (part input.Limits row k)
            (part input.Numbers row numbers)
            into

    /// What a gap at that index is in: a sample, or behind those a further number.
    let private gapName (features: Features) samples index =
        if index < samples then
            $"expected every sample observed, found none at sample {index} (from 0)"
        else
            $"expected a number in {List.item (index - samples) (Features.numbers features)}, found none"

    /// The features `first .. first + columns.Length - 1` of the rows, column by column; the first fault.
    let private gather
        (features: Features)
        (imputation: Imputation option)
        (input: InputRows)
        (rows: IReadOnlyList<int>)
        (first: int)
        (columns: float32[][])
        : string option =
        let buffer = Array.zeroCreate<float32>(Features.size features input.SampleCount)
        let mutable fault = None
        let mutable r = 0

        while fault.IsNone && r < rows.Count do
            match fillInput features imputation input rows[r] (Span buffer) with
            | Ok() ->
                for c = 0 to columns.Length - 1 do
                    columns[c][r] <- buffer[first + c]
            | Error index -> fault <- Some $"object {rows[r]} (from 0): {gapName features input.SampleCount index}"

            r <- r + 1

        fault

    /// What each column fits to, by as many threads as there are buffers of one column; columns do not depend on
    /// each other.
    let private fitColumns scaling (columns: float32[][]) (buffers: float[][]) (into: Span<FittedColumn>) =
        let fitted = Array.zeroCreate columns.Length

        let fitSome worker =
            let column = buffers[worker]

            for c in worker .. buffers.Length .. columns.Length - 1 do
                let source = columns[c]

                for r = 0 to source.Length - 1 do
                    column[r] <- float source[r]

                fitted[c] <- Scaling.fitInPlace scaling column

        Parallel.For(0, buffers.Length, fitSome) |> ignore
        fitted.AsSpan().CopyTo into

    /// Mean colours, where the features fill gaps by them.
    let private fitImputation (features: Features) (input: InputRows) rows : Result<Imputation option, string> =
        match features.Gaps with
        | Gaps.Impute -> Imputation.fit input.SampleCount input.Fluxes rows |> Result.map Some
        | Gaps.Refuse
        | Gaps.Interpolate
        | Gaps.Constant _ -> Ok None

    let private fitScaling
        (features: Features)
        (imputation: Imputation option)
        (scaling: Scaling)
        (clip: (float * float) option)
        (input: InputRows)
        (rows: IReadOnlyList<int>)
        : Result<Preprocessing, string> =
        let samples = input.SampleCount
        let size = Features.size features samples
        let fitted = Array.create size (Scaling.fitColumn Scaling.Identity [||])
        let mutable first = 0
        // Without scaling one pass for the gaps is all there is to do.
        let width = if scaling = Scaling.Identity then 0 else ColumnsAtOnce
        let columns = Array.init (min width size) (fun _ -> Array.zeroCreate<float32> rows.Count)
        let workers = min columns.Length (min Environment.ProcessorCount MostWorkers)
        let buffers = Array.init workers (fun _ -> Array.zeroCreate<float> rows.Count)
        let mutable fault = None

        while fault.IsNone && first < size do
            let some = Array.truncate (size - first) columns
            fault <- gather features imputation input rows first some

            if fault.IsNone then
                fitColumns scaling some buffers (fitted.AsSpan(first, some.Length))

            first <- if some.Length = 0 then size else first + some.Length

        match fault with
        | Some message -> Error message
        | None ->
            Ok
                { Features = features
                  Samples = samples
                  Imputation = imputation
                  Scaling = Scaling.ofFitted scaling fitted
                  Clip = clip }

    /// Fits on some rows of `input`: mean colours where the features fill gaps by them, and the scaling. An error names the
    /// row (its place in `input`) and the sample that must not be missing. Takes the memory of a few columns, not that of
    /// the rows.
    let fitRows
        (features: Features)
        (scaling: Scaling)
        (clip: (float * float) option)
        (input: InputRows)
        (rows: IReadOnlyList<int>)
        : Result<Preprocessing, string> =
        match Features.outside input.SampleCount features with
        | Some channel -> Error $"features: expected a reference among {input.SampleCount} bands, found {channel}"
        | None ->
            fitImputation features input rows
            |> Result.bind (fun imputation -> fitScaling features imputation scaling clip input rows)

    /// As `fitRows`, for features that need neither states nor further columns. `fluxes` and `errors` are
    /// [rows x samples], row-major, NaN where not observed (`errors` may be empty).
    let fit
        (features: Features)
        (scaling: Scaling)
        (clip: (float * float) option)
        (samples: int)
        (fluxes: float32[])
        (errors: float32[])
        (rows: IReadOnlyList<int>)
        : Result<Preprocessing, string> =
        fitRows features scaling clip (InputRows.ofArrays samples fluxes errors) rows

    let private scale (fitted: Preprocessing) (into: Span<float32>) =
        Scaling.apply fitted.Scaling into

        match fitted.Clip with
        | None -> ()
        | Some(low, high) ->
            let low, high = float32 low, float32 high

            for i = 0 to into.Length - 1 do
                into[i] <- Math.Clamp(into[i], low, high)

    /// One row of `input` to the network's input, `Size` numbers. An error is the sample that must not be missing, or,
    /// behind the samples, the further number.
    let applyRow (fitted: Preprocessing) (input: InputRows) (row: int) (into: Span<float32>) : Result<unit, int> =
        match fillInput fitted.Features fitted.Imputation input row into with
        | Error sample -> Error sample
        | Ok() ->
            scale fitted into
            Ok()

    /// As `applyRow`, for features that need neither states nor further columns. An error is the sample that must not be
    /// missing.
    let apply
        (fitted: Preprocessing)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        let none = ReadOnlySpan.Empty

        match fillRow fitted.Features fitted.Imputation flux errors ReadOnlySpan.Empty none ReadOnlySpan.Empty into with
        | Error sample -> Error sample
        | Ok() ->
            scale fitted into
            Ok()

    let internal writeClip (clip: (float * float) option) : JsonValue =
        clip
        |> Json.option (fun (low, high) -> Json.list [ Json.float low; Json.float high ])

    let internal readClip (json: JsonReader) : float * float =
        match json.List _.Float with
        | [ low; high ] when low < high -> low, high
        | _ -> json.Fail "two numbers, the lower first"

    /// `preprocessing.json`.
    let write (fitted: Preprocessing) : string =
        Json.text (
            Json.object
                [ "features", FeaturesJson.write fitted.Features
                  "samples", Json.int fitted.Samples
                  match fitted.Imputation with
                  | Some imputation -> "imputation", Imputation.write imputation
                  | None -> ()
                  "scaling", Scaling.write fitted.Scaling
                  "clip", writeClip fitted.Clip ]
        )

    /// Reads `preprocessing.json`; an error is one line with the path.
    let read (text: string) : Result<Preprocessing, string> =
        JsonReader.Parse(
            text,
            fun json ->
                json.Object(fun o ->
                    let features = o.Required("features", FeaturesJson.read)
                    let samples = o.Required("samples", _.Count)

                    if (Features.outside samples features).IsSome then
                        json.Fail($"features that compare with one of {samples} bands", "another")

                    { Features = features
                      Samples = samples
                      Imputation =
                        if features.Gaps.IsImpute then
                            Some(o.Required("imputation", Imputation.read samples))
                        else
                            None
                      Scaling = o.Required("scaling", Scaling.read (Features.size features samples))
                      Clip = o.Optional("clip", readClip) })
        )
