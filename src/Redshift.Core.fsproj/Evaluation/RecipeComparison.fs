namespace Redshift.Core.Evaluation

open Redshift.Core

/// How long a recipe took; told, never compared with anything.
type RecipeTimes =
    {
        /// Of the whole fit, all folds and members, in seconds of the clock.
        TrainingSeconds: float
        /// Objects predicted in a second, in one go after training.
        ObjectsPerSecond: float
        /// Worker threads of both.
        Threads: int
    }

/// A recipe that took part in a comparison.
type RecipeScores =
    {
        Name: string
        Description: string
        /// The share of the objects that it was given to learn from which only watched its training, 0 to below 1.
        WatchingShare: float
        /// Predicted redshifts, one for each of the comparison's objects; NaN where there is none.
        Predicted: float[]
        Evaluation: PointEvaluation
        /// `RecipeComparison.paired` less those of the first recipe; none for the first itself.
        Differences: Difference list
        Times: RecipeTimes
    }

/// Recipes scored on the same objects.
type RecipeComparison =
    {
        /// What the catalogue is called.
        Source: string
        Survey: string
        /// Folds of the cross-validation; 0 where all share one test part.
        Folds: int
        Seed: uint64
        /// The range of redshifts that all recipes are scored in; none where none has one.
        RedshiftRange: (float * float) option
        /// SHA-256 of the scored rows (0-based, ascending, 32-bit little-endian), as in each run's `split.json`.
        RowsHash: string
        /// True redshifts of the scored objects.
        Truth: float[]
        /// Two or more, in the order given; others are compared with the first.
        Recipes: RecipeScores list
    }

/// A metric of the table.
type ComparedMetric =
    {
        Metric: Metric
        /// How far a value is from the best one possible.
        Fault: float -> float
    }

/// Comparing recipes.
module RecipeComparison =

    /// The metrics that a table has, in its order.
    let metrics: ComparedMetric list =
        [ { Metric = Metrics.mse; Fault = id }
          { Metric = Metrics.r2
            Fault = fun r2 -> 1.0 - r2 }
          { Metric = Metrics.normalisedMad
            Fault = id }
          { Metric = Metrics.outlier015
            Fault = id }
          { Metric = Metrics.biasMean
            Fault = abs }
          { Metric = Metrics.slopePredOnTrue
            Fault = fun slope -> abs (slope - 1.0) } ]

    /// The metrics whose differences are told.
    let paired: Metric list = [ Metrics.normalisedMad; Metrics.mse ]

    /// A recipe's score.
    let score (metric: Metric) (recipe: RecipeScores) : Score =
        recipe.Evaluation.Scores
        |> List.find (fun score -> score.Metric.Key = metric.Key)

    /// Which of the values are the best, the least first: all that are equal; none where there is none.
    let best (faults: float list) : bool list =
        match faults |> List.filter System.Double.IsFinite with
        | [] -> faults |> List.map (fun _ -> false)
        | some ->
            let least = List.min some
            faults |> List.map ((=) least)

    let private writeRecipe (recipe: RecipeScores) =
        let evaluation = recipe.Evaluation

        let ofDifference (difference: Difference) =
            difference.Metric.Key,
            Json.object [ "value", Json.float difference.Value; "interval", Bins.writeInterval difference.Interval ]

        Json.object
            [ "name", Json.string recipe.Name
              "description", Json.string recipe.Description
              "run", Json.string recipe.Name
              "watching_share", Json.float recipe.WatchingShare
              "n", Json.int evaluation.N
              "n_missing", Json.int evaluation.Missing
              "metrics", Json.object [ for s in evaluation.Scores -> s.Metric.Key, Json.float s.Value ]
              "intervals", Json.object [ for s in evaluation.Scores -> s.Metric.Key, Bins.writeInterval s.Interval ]
              "difference_to_first",
              (if recipe.Differences.IsEmpty then
                   null
               else
                   recipe.Differences |> List.map ofDifference |> Json.object)
              "times",
              Json.object
                  [ "training_seconds", Json.float recipe.Times.TrainingSeconds
                    "objects_per_second", Json.float recipe.Times.ObjectsPerSecond
                    "threads", Json.int recipe.Times.Threads ] ]

    /// `comparison.json`: what was compared on what, then each recipe's metrics by key as in its `metrics.json`, their
    /// intervals, its differences to the first recipe and its times. What is not defined is null.
    let toJson (comparison: RecipeComparison) : JsonValue =
        let first = comparison.Recipes.Head.Evaluation

        Json.object
            [ "data", Json.string comparison.Source
              "survey", Json.string comparison.Survey
              "folds", Json.int comparison.Folds
              "seed", Json.uint64 comparison.Seed
              "redshift_range",
              comparison.RedshiftRange
              |> Json.option (fun (low, high) -> Json.list [ Json.float low; Json.float high ])
              "n", Json.int comparison.Truth.Length
              "n_filtered", Json.int first.LeftOut.Filtered
              "n_skipped", Json.int first.LeftOut.Skipped
              "rows_sha256", Json.string comparison.RowsHash
              "recipes", comparison.Recipes |> Seq.map writeRecipe |> Json.list
              "interval_confidence", Json.float first.Bootstrap.Confidence
              "interval_resamples", Json.int first.Bootstrap.Resamples
              "interval_seed", Json.uint64 first.Bootstrap.Seed ]
