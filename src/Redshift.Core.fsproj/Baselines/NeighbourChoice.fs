namespace Redshift.Core.Baselines

open Redshift.Core

/// Settings as JSON.
module internal NeighbourJson =

    let private estimates =
        [ "mean", NeighbourEstimate.Mean; "local_linear", NeighbourEstimate.LocalLinear ]

    let private weights =
        [ "uniform", NeighbourWeights.Uniform
          "distance", NeighbourWeights.Distance
          "tricube", NeighbourWeights.Tricube ]

    let private nameOf cases value = cases |> List.find (fun (_, known) -> known = value) |> fst
    let private write cases value = nameOf cases value |> Json.string

    let writeEstimate (estimate: NeighbourEstimate) : JsonValue = write estimates estimate
    let readEstimate (json: JsonReader) : NeighbourEstimate = json.OneOf estimates
    let writeWeights (kind: NeighbourWeights) : JsonValue = write weights kind
    let readWeights (json: JsonReader) : NeighbourWeights = json.OneOf weights

    /// The fields of settings.
    let writeSettings (settings: NeighbourSettings) : (string * JsonValue) list =
        [ "neighbours", Json.int settings.Neighbours
          "weights", writeWeights settings.Weights
          "estimate", writeEstimate settings.Estimate ]

    let readSettings (o: JsonFields) : NeighbourSettings =
        { Neighbours = o.Required("neighbours", _.Count)
          Weights = o.Required("weights", readWeights)
          Estimate = o.Required("estimate", readEstimate) }

    /// As files say it.
    let nameOfWeights (kind: NeighbourWeights) : string = nameOf weights kind

/// Settings that were chosen by cross-validation, with what they were chosen by.
type NeighbourChoice =
    { Settings: NeighbourSettings
      Curve: ValidationPoint list }

/// Choices as JSON.
module NeighbourChoice =

    /// `neighbours.json`.
    let write (choice: NeighbourChoice) : string =
        Json.object (
            NeighbourJson.writeSettings choice.Settings
            @ [ "curve",
                choice.Curve
                |> List.map (fun point ->
                    Json.object (
                        NeighbourJson.writeSettings point.Settings
                        @ [ "mean_squared_error", Json.float point.MeanSquaredError ]
                    ))
                |> Json.list ]
        )
        |> Json.text

    /// Reads `neighbours.json`; an error is one line with the path.
    let read (text: string) : Result<NeighbourChoice, string> =
        let point (json: JsonReader) : ValidationPoint =
            json.Object(fun o ->
                { Settings = NeighbourJson.readSettings o
                  MeanSquaredError = o.Required("mean_squared_error", _.NonNegative) })

        JsonReader.Parse(
            text,
            _.Object(fun o ->
                { NeighbourChoice.Settings = NeighbourJson.readSettings o
                  Curve = o.Required("curve", _.List(point)) })
        )
