namespace Redshift.Core.Frames

open System
open System.Collections.Generic
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

    /// Fits on some rows. `fluxes` and `errors` are [rows x samples], row-major, NaN where not observed (`errors` may be
    /// empty). An error names the row (its place in `rows`' matrix) and the sample that must not be missing.
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
        let columns = Array.init size (fun _ -> Array.zeroCreate<float> rows.Count)
        let buffer = Array.zeroCreate<float32> size
        let mutable fault = None

        for r = 0 to rows.Count - 1 do
            let at = rows[r] * samples
            let flux = ReadOnlySpan(fluxes, at, samples)

            let error =
                if errors.Length = 0 then
                    ReadOnlySpan.Empty
                else
                    ReadOnlySpan(errors, at, samples)

            match Features.fill features flux error (Span buffer) with
            | Ok() ->
                for c = 0 to size - 1 do
                    columns[c][r] <- float buffer[c]
            | Error sample ->
                if fault.IsNone then
                    fault <- Some $"row {rows[r]}: expected every sample observed, found none at sample {sample}"

        match fault with
        | Some message -> Error message
        | None ->
            Ok
                { Features = features
                  Samples = samples
                  Scaling = Scaling.fit scaling size (fun i -> columns[i])
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
                for i = 0 to into.Length - 1 do
                    into[i] <- Math.Clamp(into[i], float32 low, float32 high)

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
