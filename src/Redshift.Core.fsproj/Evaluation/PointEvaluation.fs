namespace Redshift.Core.Evaluation

open Redshift.Core

/// Rows of the catalogue that are not scored, by reason.
type LeftOut =
    {
        /// Rows that the survey's row filter holds back.
        Filtered: int
        /// Rows that could not be read and were skipped on request.
        Skipped: int
    }

    /// No row.
    static member None = { Filtered = 0; Skipped = 0 }

/// A metric, its value and its interval.
type Score =
    {
        Metric: Metric
        /// NaN where it is not defined.
        Value: float
        /// Bootstrap interval; none where there are fewer than two objects or a resample has no value.
        Interval: (float * float) option
    }

/// How good point predictions of redshift are.
type PointEvaluation =
    {
        /// Objects scored.
        N: int
        /// Objects without a finite prediction: not scored.
        Missing: int
        LeftOut: LeftOut
        /// One for each of `Metrics.all`, in its order.
        Scores: Score list
        /// By true redshift.
        Bins: Bin[]
        /// By predicted redshift.
        BinsByPredicted: Bin[]
        /// With the resamples that were taken, which are fewer than asked for of very many objects.
        Bootstrap: BootstrapOptions
    }

/// Scoring point predictions.
module PointEvaluation =

    /// Scores predictions against true redshifts, one of each an object. A prediction that is not finite is counted in
    /// `Missing` and not scored. An error where the lengths differ or a true redshift is missing or not above -1.
    let evaluate (options: BootstrapOptions) (leftOut: LeftOut) (truth: float[]) (predicted: float[]) =
        Sample.create truth predicted
        |> Result.map (fun (sample, missing) ->
            let score metric interval =
                { Metric = metric
                  Value = metric.Score sample
                  Interval = interval }

            { N = sample.Count
              Missing = missing
              LeftOut = leftOut
              Scores = List.map2 score Metrics.all (Bootstrap.intervals options Metrics.all sample)
              Bins = Bins.byTrue options sample
              BinsByPredicted = Bins.byPredicted options sample
              Bootstrap =
                { options with
                    Resamples = Bootstrap.resamplesFor options sample.Count } })

    /// The value of a metric by its key, NaN where there is none of that key.
    let value (key: string) (evaluation: PointEvaluation) : float =
        evaluation.Scores
        |> List.tryFind (fun score -> score.Metric.Key = key)
        |> Option.map _.Value
        |> Option.defaultValue nan

    /// The counts, the metrics and the tables as `metrics.json` has them. What is not defined is null.
    let internal toFields (evaluation: PointEvaluation) : (string * JsonValue) list =
        [ "n", Json.int evaluation.N
          "n_filtered", Json.int evaluation.LeftOut.Filtered
          "n_skipped", Json.int evaluation.LeftOut.Skipped
          "n_missing", Json.int evaluation.Missing
          for score in evaluation.Scores do
              score.Metric.Key, Json.float score.Value
          "bins", evaluation.Bins |> Seq.map Bins.write |> Json.list
          "bins_by_predicted", evaluation.BinsByPredicted |> Seq.map Bins.write |> Json.list ]
