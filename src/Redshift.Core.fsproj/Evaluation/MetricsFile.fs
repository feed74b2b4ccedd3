namespace Redshift.Core.Evaluation

open System.Text.Json
open Redshift.Core

/// `metrics.json`.
module MetricsFile =

    /// The counts and point metrics as flat keys, `bins` and `bins_by_predicted` as lists; then what densities add, where
    /// there are any (`DensityEvaluation.toFields`), and flags (`FlagEvaluation.toFields`); then other targets (`TargetEvaluation.toFields`); `intervals` from the key of each metric to `[low, high]`, then how these
    /// were found. What is not defined is null.
    let toJson
        (point: PointEvaluation)
        (density: DensityEvaluation option)
        (flags: FlagScore list option)
        (targets: TargetEvaluation list)
        : JsonValue =
        Json.object
            [ yield! PointEvaluation.toFields point
              yield! density |> Option.map DensityEvaluation.toFields |> Option.defaultValue []
              yield! flags |> Option.map FlagEvaluation.toFields |> Option.defaultValue []
              yield! List.collect TargetEvaluation.toFields targets
              "intervals",
              Json.object
                  [ for score in point.Scores do
                        score.Metric.Key, Bins.writeInterval score.Interval
                    for score in density |> Option.map _.Scores |> Option.defaultValue [] do
                        score.Metric.Key, Bins.writeInterval score.Interval
                    yield! List.collect TargetEvaluation.toIntervals targets ]
              "interval_confidence", Json.float point.Bootstrap.Confidence
              "interval_resamples", Json.int point.Bootstrap.Resamples
              "interval_seed", Nodes.JsonValue.Create point.Bootstrap.Seed ]
