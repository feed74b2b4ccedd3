namespace Redshift.Core.Frames

open System
open Redshift.Core

/// One number for each sample of a spectrum (or band): the channels of a network's input.
[<RequireQualifiedAccess>]
type Channel =
    /// The flux (or magnitude), divided by the object's level where one is taken.
    | Flux
    /// Its error, divided likewise.
    | FluxError
    /// 1 where the sample was observed, 0 where not.
    | Observed
    /// log10 of the object's level, the same for each sample.
    | LogLevel

/// What an object's fluxes are divided by, from its own row alone.
[<RequireQualifiedAccess>]
type Level =
    /// Nothing: fluxes as given.
    | AsGiven
    /// The mean absolute flux of its observed samples (1 where that is 0).
    | MeanFlux

/// What stands for a sample that was not observed.
[<RequireQualifiedAccess>]
type Gaps =
    /// A row with a gap is an error.
    | Refuse
    /// Linear between the nearest observed samples of the same row, flat beyond the ends; 0 where none was observed.
    | Interpolate

/// How a catalogue row becomes a network's input.
type Features =
    { Channels: Channel list
      Level: Level
      Gaps: Gaps }

/// Features of one row. The result has memory order [samples x channels], channels fastest, and depends on the row alone.
module Features =

    let private channelNames =
        [ "flux", Channel.Flux
          "flux_error", Channel.FluxError
          "observed", Channel.Observed
          "log_level", Channel.LogLevel ]

    let private levelNames = [ "as_given", Level.AsGiven; "mean_flux", Level.MeanFlux ]
    let private gapNames = [ "refuse", Gaps.Refuse; "interpolate", Gaps.Interpolate ]

    /// Whether the survey has to give errors.
    let needsErrors (features: Features) = features.Channels |> List.contains Channel.FluxError

    /// How many numbers a row becomes.
    let size (features: Features) (samples: int) = features.Channels.Length * samples

    /// What `Level.MeanFlux` divides by.
    let internal meanFlux (flux: ReadOnlySpan<float32>) =
        let mutable sum = 0.0
        let mutable count = 0

        for value in flux do
            if not (Single.IsNaN value) then
                sum <- sum + abs (float value)
                count <- count + 1

        if count > 0 && sum > 0.0 then sum / float count else 1.0

    /// The value at `i`, which is not observed, from the observed samples around it.
    let private interpolated (flux: ReadOnlySpan<float32>) (i: int) =
        let mutable left = i - 1
        let mutable right = i + 1

        while left >= 0 && Single.IsNaN flux[left] do
            left <- left - 1

        while right < flux.Length && Single.IsNaN flux[right] do
            right <- right + 1

        match left >= 0, right < flux.Length with
        | true, true ->
            let part = float32 (i - left) / float32 (right - left)
            flux[left] + (flux[right] - flux[left]) * part
        | true, false -> flux[left]
        | false, true -> flux[right]
        | false, false -> 0.0f

    /// One number a sample to every `stride`-th place from `first` on; the first sample whose gap is refused, or -1.
    let private fillValues
        (gaps: Gaps)
        (level: float)
        (source: ReadOnlySpan<float32>)
        (samples: int)
        (into: Span<float32>)
        (first: int)
        (stride: int)
        =
        let mutable refused = -1
        let mutable at = first

        for i = 0 to samples - 1 do
            let value = source[i]

            if Single.IsNaN value then
                match gaps with
                | Gaps.Refuse ->
                    if refused < 0 then
                        refused <- i
                | Gaps.Interpolate -> into[at] <- float32 (float (interpolated source i) / level)
            else
                into[at] <- float32 (float value / level)

            at <- at + stride

        refused

    /// The features of one row; nothing is allocated where none is refused.
    /// `flux` and `errors`: the samples, NaN where not observed (`errors` empty where the survey has none); `into`: `size`
    /// numbers. An error where a gap is refused: the sample's index.
    let fill
        (features: Features)
        (flux: ReadOnlySpan<float32>)
        (errors: ReadOnlySpan<float32>)
        (into: Span<float32>)
        : Result<unit, int> =
        let level =
            match features.Level with
            | Level.AsGiven -> 1.0
            | Level.MeanFlux -> meanFlux flux

        let stride = features.Channels.Length
        let mutable rest = features.Channels
        let mutable refused = -1

        for c = 0 to stride - 1 do
            match rest.Head with
            | Channel.Flux ->
                let gap = fillValues features.Gaps level flux flux.Length into c stride
                refused <- if refused < 0 then gap else refused
            | Channel.FluxError ->
                let gap = fillValues features.Gaps level errors flux.Length into c stride
                refused <- if refused < 0 then gap else refused
            | Channel.Observed ->
                for i = 0 to flux.Length - 1 do
                    into[i * stride + c] <- if Single.IsNaN flux[i] then 0.0f else 1.0f
            | Channel.LogLevel ->
                let logLevel = float32 (log10 level)

                for i = 0 to flux.Length - 1 do
                    into[i * stride + c] <- logLevel

            rest <- rest.Tail

        if refused >= 0 then Error refused else Ok()

    let internal write (features: Features) : JsonValue =
        let name names value = names |> List.find (fun (_, v) -> v = value) |> fst |> Json.string

        Json.object
            [ "channels", Json.list (features.Channels |> List.map (name channelNames))
              "level", name levelNames features.Level
              "gaps", name gapNames features.Gaps ]

    let internal read (json: JsonReader) : Features =
        let features =
            json.Object(fun o ->
                { Channels = o.Required("channels", _.List(_.OneOf(channelNames)))
                  Level = o.Default("level", Level.AsGiven, _.OneOf(levelNames))
                  Gaps = o.Default("gaps", Gaps.Refuse, _.OneOf(gapNames)) })

        if features.Channels.IsEmpty then
            json.Fail("at least one channel", "none")
        else
            features
