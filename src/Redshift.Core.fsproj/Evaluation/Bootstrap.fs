namespace Redshift.Core.Evaluation

open System
open System.Threading.Tasks
open MathNet.Numerics.Statistics
open Redshift.Core

/// How intervals are found.
type BootstrapOptions =
    {
        /// Seed of the resamples; the same seed gives the same intervals, whatever the threads.
        Seed: uint64
        /// How many resamples, at least 1; see `Bootstrap.resamplesFor`.
        Resamples: int
        /// The share of resamples between the ends, in (0, 1).
        Confidence: float
        /// Threads at most; 0 for as many as there are processors.
        Threads: int
    }

    /// Seed 0, 1000 resamples, 95 per cent, all processors.
    static member Default =
        { Seed = 0UL
          Resamples = 1000
          Confidence = 0.95
          Threads = 0 }

/// Percentile bootstrap (Efron 1979, doi:10.1214/aos/1176344552): objects are drawn with replacement, as many as there
/// are, the statistic is taken of each resample, and the interval runs between quantiles of those values.
module Bootstrap =

    /// Draws of objects that are made at most for one set of intervals.
    let private drawsAtMost = 100_000_000L

    /// How many resamples are taken of n objects: those asked for, up to 100,000 objects; beyond, as many as make a hundred
    /// million draws, and 100 at least.
    let resamplesFor (options: BootstrapOptions) (n: int) : int =
        let affordable = drawsAtMost / max 1L (int64 n) |> max 100L
        int (min (int64 options.Resamples) affordable)

    /// Between the quantiles (1 - c) / 2 and (1 + c) / 2, type 7. None where there are fewer than two objects or where the
    /// statistic is not defined for one of the resamples.
    let private interval confidence n (values: float[]) =
        if n < 2 || values.Length = 0 || not (Array.forall Double.IsFinite values) then
            None
        else
            let sorted = Array.sort values
            let at tau = SortedArrayStatistics.QuantileCustom(sorted, tau, QuantileDefinition.R7)
            Some(at ((1.0 - confidence) / 2.0), at ((1.0 + confidence) / 2.0))

    let private parallelOptions (options: BootstrapOptions) =
        ParallelOptions(
            MaxDegreeOfParallelism =
                if options.Threads > 0 then
                    options.Threads
                else
                    Environment.ProcessorCount
        )

    /// n draws from 0 .. n-1, two from each random number: the upper half of 32 bits times n (Lemire 2019). No index is
    /// favoured by more than n / 2^32 of its share, far below what any number of resamples could show.
    let inline private draw (random: RandomStream) (n: int) ([<InlineIfLambda>] use': int -> unit) =
        let scaled (bits: uint64) = int ((bits * uint64 n) >>> 32)
        let mutable left = n

        while left > 0 do
            let bits = random.NextUInt64()
            use' (scaled (bits >>> 32))

            if left > 1 then
                use' (scaled (bits &&& 0xFFFFFFFFUL))

            left <- left - 2

    /// How often each of as many objects as `times` has room for is drawn.
    let private drawTimes (random: RandomStream) (times: int[]) =
        Array.Clear times
        draw random times.Length (fun i -> times[i] <- times[i] + 1)

    /// Room for a resample of n objects.
    let internal room (n: int) =
        let numbers () = Array.zeroCreate<float> n
        Sample(numbers (), numbers (), numbers ())

    /// Fills `target` with the object at each place of `source` as often as `timesAt` says, all together as many as there
    /// are. The copy is in the source's order, ascending in Delta, without sorting.
    let inline internal fill ([<InlineIfLambda>] timesAt: int -> int) (source: Sample) (target: Sample) =
        let mutable next = 0

        for i in 0 .. source.Count - 1 do
            for _ in 1 .. timesAt i do
                target.Truth[next] <- source.Truth[i]
                target.Predicted[next] <- source.Predicted[i]
                target.Delta[next] <- source.Delta[i]
                next <- next + 1

    /// The interval of each of some statistics of n objects. `make` makes room for a thread; `score` gives the statistics of a
    /// resample from that room and how often each object was drawn. Resample r draws from the stream `(seed, r)`.
    let internal ofResamples
        (options: BootstrapOptions)
        (n: int)
        (statistics: int)
        (make: unit -> 'room)
        (score: 'room -> int[] -> float[])
        : (float * float) option list =
        let count = if n < 2 then 0 else resamplesFor options n
        let values = Array.init statistics (fun _ -> Array.zeroCreate<float> count)

        let take r (room, times) =
            drawTimes (RandomStream.ForIndex(options.Seed, uint64 r)) times
            score room times |> Array.iteri (fun s value -> values[s][r] <- value)
            room, times

        Parallel.For(
            0,
            count,
            parallelOptions options,
            (fun () -> make (), Array.zeroCreate<int> n),
            (fun r _ rented -> take r rented),
            ignore
        )
        |> ignore

        values |> Array.map (interval options.Confidence n) |> List.ofArray

    /// The interval of each metric, in their order. Resample r draws from the stream `(seed, r)`.
    let intervals (options: BootstrapOptions) (metrics: Metric list) (sample: Sample) : (float * float) option list =
        let metrics = Array.ofList metrics

        ofResamples options sample.Count metrics.Length (fun () -> room sample.Count) (fun target times ->
            fill (Array.get times) sample target
            metrics |> Array.map (fun metric -> metric.Score target))

    /// The interval of each statistic of n objects, in their order. A statistic gets how often each object is drawn, by its
    /// position, and is asked by several threads at once. Resample r draws from the stream `(seed, r)`.
    let ofCounts
        (options: BootstrapOptions)
        (n: int)
        (statistics: (int[] -> float) list)
        : (float * float) option list =
        let statistics = Array.ofList statistics

        ofResamples options n statistics.Length ignore (fun () times ->
            statistics |> Array.map (fun statistic -> statistic times))

    /// The interval of the mean of the numbers. `stream` tells apart sets of the same seed.
    let ofMean (options: BootstrapOptions) (stream: uint64) (values: float[]) : (float * float) option =
        let n = values.Length
        let means = Array.zeroCreate<float>(if n < 2 then 0 else resamplesFor options n)

        let mean (r: int) =
            let random = RandomStream.ForIndex(options.Seed, (stream <<< 32) ||| uint64 r)
            let mutable sum = 0.0

            draw random n (fun i -> sum <- sum + values[i])

            means[r] <- sum / float n

        Parallel.For(0, means.Length, parallelOptions options, mean) |> ignore
        interval options.Confidence n means
