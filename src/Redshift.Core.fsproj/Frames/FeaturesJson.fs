namespace Redshift.Core.Frames

open Redshift.Core

/// Features as JSON.
module internal FeaturesJson =

    let private channelNames =
        [ "flux", Channel.Flux
          "flux_error", Channel.FluxError
          "log_error", Channel.LogError
          "observed", Channel.Observed
          "log_level", Channel.LogLevel
          "not_detected", Channel.NotDetected
          "saturated", Channel.Saturated
          "colours", Channel.Colours
          "flux_ratios", Channel.FluxRatios ]

    let private levelNames = [ "as_given", Level.AsGiven; "mean_flux", Level.MeanFlux ]

    let private gapNames = [ "refuse", Gaps.Refuse; "interpolate", Gaps.Interpolate; "impute", Gaps.Impute ]
    let private nameOf names value = names |> List.find (fun (_, v) -> v = value) |> fst |> Json.string

    let private writeChannel (channel: Channel) =
        match channel with
        | Channel.Clipped(low, high) -> Json.object [ "clipped", Json.list [ Json.float low; Json.float high ] ]
        | Channel.ColoursTo reference -> Json.object [ "colours_to", Json.int reference ]
        | Channel.Number column -> Json.object [ "number", Json.string column ]
        | Channel.Flux
        | Channel.FluxError
        | Channel.LogError
        | Channel.Observed
        | Channel.LogLevel
        | Channel.NotDetected
        | Channel.Saturated
        | Channel.Colours
        | Channel.FluxRatios -> nameOf channelNames channel

    let private writeGaps (gaps: Gaps) =
        match gaps with
        | Gaps.Constant constant -> Json.object [ "constant", Json.float constant ]
        | Gaps.Refuse
        | Gaps.Interpolate
        | Gaps.Impute -> nameOf gapNames gaps

    let write (features: Features) : JsonValue =
        Json.object
            [ "channels", Json.list (features.Channels |> List.map writeChannel)
              "level", nameOf levelNames features.Level
              "gaps", writeGaps features.Gaps ]

    let private readEnds (json: JsonReader) =
        match json.List _.Float with
        | [ low; high ] when low < high -> Channel.Clipped(low, high)
        | _ -> json.Fail "two numbers, the lower first"

    let private readReference (json: JsonReader) =
        let reference = json.Int

        if reference < 0 then
            json.Fail("a band's place from 0", string reference)

        Channel.ColoursTo reference

    /// A channel that says more than its name.
    let private readParameters (json: JsonReader) =
        json.Object(fun o ->
            if o.Has "clipped" then
                o.Required("clipped", readEnds)
            elif o.Has "colours_to" then
                o.Required("colours_to", readReference)
            else
                o.Required("number", (fun column -> Channel.Number column.String)))

    let private readChannel (json: JsonReader) =
        if json.IsObject then
            readParameters json
        else
            json.OneOf channelNames

    let private readGaps (json: JsonReader) =
        if json.IsObject then
            json.Object(fun o -> Gaps.Constant(o.Required("constant", _.Float)))
        else
            json.OneOf gapNames

    let read (json: JsonReader) : Features =
        let features =
            json.Object(fun o ->
                { Channels = o.Required("channels", _.List(readChannel))
                  Level = o.Default("level", Level.AsGiven, _.OneOf(levelNames))
                  Gaps = o.Default("gaps", Gaps.Refuse, readGaps) })

        if features.Channels.IsEmpty then
            json.Fail("at least one channel", "none")
        else
            features
