namespace Redshift.Core.Evaluation

open System

/// By how much a metric differs between two sets of predictions of the same objects.
type Difference =
    {
        Metric: Metric
        /// The metric less the reference's, on the objects that have a finite prediction in both; NaN where not defined.
        Value: float
        /// Bootstrap interval, as of `Score`.
        Interval: (float * float) option
    }

/// Differences of metrics between predictions of the same objects (paired bootstrap: Efron & Tibshirani 1993, An
/// Introduction to the Bootstrap, ch. 8): each resample draws the same objects for both, so that what makes an object hard
/// for both does not widen the interval.
module PairedBootstrap =

    /// The differences in these metrics of predictions from those of a reference. All arrays have one number an object; an
    /// object without a finite prediction in both is left out. Resample r draws from the stream `(seed, r)`: the result
    /// depends on the seed, not on the threads. An error where the lengths differ or a true redshift is not above -1.
    let differences
        (options: BootstrapOptions)
        (metrics: Metric list)
        (truth: float[])
        (reference: float[])
        (predicted: float[])
        : Result<Difference list, string> =
        let finite (values: float[]) i = i < values.Length && Double.IsFinite values[i]

        let both =
            [| for i in 0 .. truth.Length - 1 do
                   if finite reference i && finite predicted i then
                       i |]

        let sampleOf (values: float[]) =
            if values.Length <> truth.Length then
                Sample.placed truth values
            else
                let pick (all: float[]) = both |> Array.map (Array.get all)
                Sample.placed (pick truth) (pick values)

        sampleOf reference
        |> Result.bind (fun first -> sampleOf predicted |> Result.map (fun second -> first, second))
        |> Result.map (fun ((first, firstObjects), (second, secondObjects)) ->
            let n = both.Length
            let metrics = Array.ofList metrics

            let intervals =
                Bootstrap.ofResamples
                    options
                    n
                    metrics.Length
                    (fun () -> Bootstrap.room n, Bootstrap.room n)
                    (fun (one, other) times ->
                        Bootstrap.fill (fun place -> times[firstObjects[place]]) first one
                        Bootstrap.fill (fun place -> times[secondObjects[place]]) second other
                        metrics |> Array.map (fun metric -> metric.Score other - metric.Score one))

            [ for metric, interval in Seq.zip metrics intervals do
                  { Metric = metric
                    Value = metric.Score second - metric.Score first
                    Interval = interval } ])
