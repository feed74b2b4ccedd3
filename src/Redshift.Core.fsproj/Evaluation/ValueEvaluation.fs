namespace Redshift.Core.Evaluation

open Redshift.Core

/// How good predictions of a real number other than the redshift are, such as a stellar mass or a spectral type.
type ValueEvaluation =
    {
        /// What is predicted: `stellar_mass`. It begins the keys.
        Target: string
        /// Objects scored.
        N: int
        /// Objects without a finite prediction: not scored.
        Missing: int
        LeftOut: LeftOut
        /// One for each of `ValueEvaluation.metrics`, in its order, in the target's own unit.
        Scores: Score list
        /// With the resamples that were taken, which are fewer than asked for of very many objects.
        Bootstrap: BootstrapOptions
    }

/// Scoring predictions of real numbers.
module ValueEvaluation =

    /// Those of redshifts that divide by nothing, under the target's name: root mean squared error, R2, mean absolute error
    /// and bias. `Delta` of their samples is predicted - true.
    let metrics (target: string) : Metric list =
        let named name definition (metric: Metric) =
            { metric with
                Key = $"{target}_{name}"
                Definition = definition }

        [ Metrics.rmse |> named "rmse" "sqrt(mean (predicted - true)^2)"
          Metrics.r2
          |> named "r2" "1 - SS_res / SS_tot, SS_tot about the mean true value of this sample"
          Metrics.mae |> named "mae" "mean |predicted - true|"
          { named "bias" "mean (predicted - true)" Metrics.biasMean with
              Title = "Mean bias" } ]

    /// Scores predictions against true values, one of each an object, in one unit. A prediction that is not finite is
    /// counted in `Missing` and not scored. An error where the lengths differ or a true value is not finite.
    let evaluate
        (options: BootstrapOptions)
        (leftOut: LeftOut)
        (target: string)
        (truth: float[])
        (predicted: float[])
        : Result<ValueEvaluation, string> =
        Sample.ofErrors truth predicted
        |> Result.map (fun (sample, missing) ->
            let metrics = metrics target

            let score (metric: Metric) interval : Score =
                { Metric = metric
                  Value = metric.Score sample
                  Interval = interval }

            { Target = target
              N = sample.Count
              Missing = missing
              LeftOut = leftOut
              Scores = List.map2 score metrics (Bootstrap.intervals options metrics sample)
              Bootstrap =
                { options with
                    Resamples = Bootstrap.resamplesFor options sample.Count } })
        |> Result.mapError (fun fault -> $"{target}: {fault}")
