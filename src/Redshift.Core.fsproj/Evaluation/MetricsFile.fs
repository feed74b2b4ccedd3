namespace Redshift.Core.Evaluation

open System.Text.Json
open Redshift.Core

/// `metrics.json`.
module MetricsFile =

    /// The counts and point metrics as flat keys, `bins` and `bins_by_predicted` as lists; then what densities add, where
    /// there are any (`DensityEvaluation.toFields`), and flags (`FlagEvaluation.toFields`); `intervals` from the key of each metric to `[low, high]`, then how these
    /// were found. What is not defined is null.
    let toJson (point: PointEvaluation) (density: DensityEvaluation option) (flags: FlagScore list option) : JsonValue =
        Json.object
            [ yield! PointEvaluation.toFields point
              yield! density |> Option.map DensityEvaluation.toFields |> Option.defaultValue []
              yield! flags |> Option.map FlagEvaluation.toFields |> Option.defaultValue []
              "intervals",
              Json.object
                  [ for score in point.Scores do
                        score.Metric.Key, Bins.writeInterval score.Interval
                    for score in density |> Option.map _.Scores |> Option.defaultValue [] do
                        score.Metric.Key, Bins.writeInterval score.Interval ]
              "interval_confidence", Json.float point.Bootstrap.Confidence
              "interval_resamples", Json.int point.Bootstrap.Resamples
              "interval_seed", Nodes.JsonValue.Create point.Bootstrap.Seed ]

    /// The keys of targets other than the redshift (`TargetEvaluation.toFields`), then `intervals` of all of them.
    let ofTargets (targets: TargetEvaluation list) : JsonValue =
        Json.object
            [ yield! List.collect TargetEvaluation.toFields targets
              "intervals", Json.object (List.collect TargetEvaluation.toIntervals targets) ]
