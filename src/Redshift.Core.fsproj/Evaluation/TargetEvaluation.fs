namespace Redshift.Core.Evaluation

open Redshift.Core

/// How good predictions of a target other than the redshift are.
[<RequireQualifiedAccess>]
type TargetEvaluation =
    /// Of classes, such as star or galaxy.
    | Class of ClassEvaluation
    /// Of real numbers, such as a stellar mass.
    | Value of ValueEvaluation

/// Writing them.
module TargetEvaluation =

    let private counts target n missing (leftOut: LeftOut) =
        [ $"{target}_n", Json.int n
          $"{target}_n_filtered", Json.int leftOut.Filtered
          $"{target}_n_skipped", Json.int leftOut.Skipped
          $"{target}_n_missing", Json.int missing ]

    let private resamples target (bootstrap: BootstrapOptions) =
        [ $"{target}_interval_confidence", Json.float bootstrap.Confidence
          $"{target}_interval_resamples", Json.int bootstrap.Resamples
          $"{target}_interval_seed", Json.uint64 bootstrap.Seed ]

    /// The target's flat keys of `metrics.json`, each beginning with its name: counts, metrics and how intervals were found;
    /// of classes also `_confusion` (labels, and counts by true class and predicted class) and, where a metric is not
    /// defined and so null, `_undefined` (from its key to the reason).
    let toFields (evaluation: TargetEvaluation) : (string * JsonValue) list =
        match evaluation with
        | TargetEvaluation.Class found ->
            counts found.Target found.N found.Missing found.LeftOut
            @ ClassEvaluation.toFields found
            @ resamples found.Target found.Bootstrap
        | TargetEvaluation.Value found ->
            counts found.Target found.N found.Missing found.LeftOut
            @ [ for score in found.Scores -> score.Metric.Key, Json.float score.Value ]
            @ resamples found.Target found.Bootstrap

    /// The keys, values and intervals of the metrics.
    let scores (evaluation: TargetEvaluation) : (string * float * (float * float) option) list =
        match evaluation with
        | TargetEvaluation.Class found -> [ for score in found.Scores -> score.Key, score.Value, score.Interval ]
        | TargetEvaluation.Value found -> [ for score in found.Scores -> score.Metric.Key, score.Value, score.Interval ]

    /// The target's keys of `intervals` in `metrics.json`: from the key of each metric to `[low, high]` or null.
    let toIntervals (evaluation: TargetEvaluation) : (string * JsonValue) list =
        match evaluation with
        | TargetEvaluation.Class found -> [ for score in found.Scores -> score.Key, Bins.writeInterval score.Interval ]
        | TargetEvaluation.Value found ->
            [ for score in found.Scores -> score.Metric.Key, Bins.writeInterval score.Interval ]
