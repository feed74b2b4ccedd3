namespace Redshift.Core.Evaluation

open System
open Redshift.Core

/// A metric of classes, its value and its interval.
type ClassScore =
    {
        Metric: ClassMetric
        /// Name in `metrics.json`: `stellarity_auc`.
        Key: string
        /// NaN where it is not defined.
        Value: float
        /// Why `Value` is not defined, where it is not.
        Undefined: string option
        /// Bootstrap interval; none where there are fewer than two objects or a resample has no value.
        Interval: (float * float) option
    }

/// How good predictions of classes are.
type ClassEvaluation =
    {
        /// What the classes are of: `stellarity`. It begins the keys.
        Target: string
        /// Names of the classes, by their number.
        Labels: string[]
        /// Objects scored.
        N: int
        /// Objects without a finite probability: not scored.
        Missing: int
        LeftOut: LeftOut
        /// One for each of `ClassMetrics.binary` or `ClassMetrics.several`, in their order.
        Scores: ClassScore list
        /// Objects by true (row) and predicted class (column).
        Confusion: int[][]
        /// Of two classes; empty where there are rows of probabilities, and of no objects.
        Curve: ThresholdPoint[]
        /// With the resamples that were taken, which are fewer than asked for of very many objects.
        Bootstrap: BootstrapOptions
    }

/// Scoring predictions of classes.
module ClassEvaluation =

    let private evaluate options leftOut target metrics (sample: ClassSample, missing) =
        let once = Array.create sample.Count 1

        let score (metric: ClassMetric) interval =
            let value = metric.Score sample once

            { Metric = metric
              Key = $"{target}_{metric.Name}"
              Value = value
              Undefined =
                if Double.IsNaN value then
                    Some(metric.WhyUndefined sample)
                else
                    None
              Interval = interval }

        { Target = target
          Labels = sample.Labels
          N = sample.Count
          Missing = missing
          LeftOut = leftOut
          Scores =
            metrics
            |> List.map (fun (metric: ClassMetric) -> metric.Score sample)
            |> Bootstrap.ofCounts options sample.Count
            |> List.map2 score metrics
          Confusion = ClassMetrics.confusion sample
          Curve = ClassCurve.ofSample sample
          Bootstrap =
            { options with
                Resamples = Bootstrap.resamplesFor options sample.Count } }

    /// Scores probabilities of the second of two classes, `labels` naming the first and the second, as `galaxy` and `star`;
    /// true class (is it the second?) and probability, one of each an object. A probability that is not finite is counted in
    /// `Missing` and not scored. An error as of `ClassSample.binary`.
    let binary
        (options: BootstrapOptions)
        (leftOut: LeftOut)
        (target: string)
        (labels: string * string)
        (truth: bool[])
        (probability: float[])
        : Result<ClassEvaluation, string> =
        ClassSample.binary labels truth probability
        |> Result.map (evaluate options leftOut target (ClassMetrics.binary (snd labels)))
        |> Result.mapError (fun fault -> $"{target}: {fault}")

    /// Scores rows of probabilities, one for each class; number of the true class and row, one of each an object. A row that
    /// is not finite is counted in `Missing` and not scored. An error as of `ClassSample.several`.
    let several
        (options: BootstrapOptions)
        (leftOut: LeftOut)
        (target: string)
        (labels: string[])
        (truth: int[])
        (probabilities: float[][])
        : Result<ClassEvaluation, string> =
        ClassSample.several labels truth probabilities
        |> Result.map (evaluate options leftOut target (ClassMetrics.several labels))
        |> Result.mapError (fun fault -> $"{target}: {fault}")

    /// The score of a metric by its name, `auc`.
    let tryScore (name: string) (evaluation: ClassEvaluation) : ClassScore option =
        evaluation.Scores |> List.tryFind (fun score -> score.Metric.Name = name)

    /// The value of a metric by its name, `auc`; NaN where there is none of that name.
    let value (name: string) (evaluation: ClassEvaluation) : float =
        tryScore name evaluation |> Option.map _.Value |> Option.defaultValue nan

    /// The metrics, the confusion matrix and the reasons why a metric is null, as `metrics.json` has them.
    let internal toFields (evaluation: ClassEvaluation) : (string * JsonValue) list =
        let undefined = evaluation.Scores |> List.filter _.Undefined.IsSome

        [ for score in evaluation.Scores do
              score.Key, Json.float score.Value
          $"{evaluation.Target}_confusion",
          Json.object
              [ "labels", evaluation.Labels |> Seq.map Json.string |> Json.list
                "counts", evaluation.Confusion |> Seq.map (Seq.map Json.int >> Json.list) |> Json.list ]
          if not undefined.IsEmpty then
              $"{evaluation.Target}_undefined",
              Json.object [ for score in undefined -> score.Key, Json.option Json.string score.Undefined ] ]
