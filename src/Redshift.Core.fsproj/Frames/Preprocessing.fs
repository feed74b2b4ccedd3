namespace Redshift.Core.Frames

open System
open System.Collections.Generic
open System.Threading.Tasks
open Redshift.Core

/// All that stands between a catalogue row and the network, as fitted on a training part: features, scaling, clipping.
/// A value, stored with the model; applying it looks at one row alone.
type Preprocessing =
    {
        Features: Features
        /// How many samples a row has.
        Samples: int
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

    /// The features `first .. first + columns.Length - 1` of the rows, column by column; the first fault.
    let private gather
        (features: Features)
        (samples: int)
        (fluxes: float32[])
        (errors: float32[])
        (rows: IReadOnlyList<int>)
        (first: int)
        (columns: float32[][])
        : string option =
        let buffer = Array.zeroCreate<float32>(Features.size features samples)
        let mutable fault = None
        let mutable r = 0

        while fault.IsNone && r < rows.Count do
            let at = rows[r] * samples
            let flux = ReadOnlySpan(fluxes, at, samples)

            let error =
                if errors.Length = 0 then
                    ReadOnlySpan.Empty
                else
                    ReadOnlySpan(errors, at, samples)

            match Features.fill features flux error (Span buffer) with
            | Ok() ->
                for c = 0 to columns.Length - 1 do
                    columns[c][r] <- buffer[first + c]
            | Error sample ->
                fault <-
                    Some
                        $"object {rows[r]} (from 0): expected every sample observed, found none at sample {sample} (from 0)"

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

    /// Fits on some rows. `fluxes` and `errors` are [rows x samples], row-major, NaN where not observed (`errors` may be
    /// empty). An error names the row (its place in `rows`' matrix) and the sample that must not be missing. Takes the
    /// memory of a few columns, not that of the rows.
    let fit
        (features: Features)
        (scaling: Scaling)
        (clip: (float * float) option)
        (samples: int)
        (fluxes: float32[])
        (errors: float32[])
        (rows: IReadOnlyList<int>)
        : Result<Preprocessing, string> =
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
            fault <- gather features samples fluxes errors rows first some

            if fault.IsNone then
                fitColumns scaling some buffers (fitted.AsSpan(first, some.Length))

            first <- if some.Length = 0 then size else first + some.Length

        match fault with
        | Some message -> Error message
        | None ->
            Ok
                { Features = features
                  Samples = samples
                  Scaling = Scaling.ofFitted scaling fitted
                  Clip = clip }

    /// One row to the network's input, `Size` numbers. An error is the sample that must not be missing.
    let apply
        (fitted: Preprocessing)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        match Features.fill fitted.Features flux errors into with
        | Error sample -> Error sample
        | Ok() ->
            Scaling.apply fitted.Scaling into

            match fitted.Clip with
            | None -> ()
            | Some(low, high) ->
                let low, high = float32 low, float32 high

                for i = 0 to into.Length - 1 do
                    into[i] <- Math.Clamp(into[i], low, high)

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
                [ "features", Features.write fitted.Features
                  "samples", Json.int fitted.Samples
                  "scaling", Scaling.write fitted.Scaling
                  "clip", writeClip fitted.Clip ]
        )

    /// Reads `preprocessing.json`; an error is one line with the path.
    let read (text: string) : Result<Preprocessing, string> =
        JsonReader.Parse(
            text,
            fun json ->
                json.Object(fun o ->
                    let features = o.Required("features", Features.read)
                    let samples = o.Required("samples", _.Count)

                    { Features = features
                      Samples = samples
                      Scaling = o.Required("scaling", Scaling.read (Features.size features samples))
                      Clip = o.Optional("clip", readClip) })
        )
