namespace Redshift.Core.Evaluation

open MathNet.Numerics.Statistics
open Redshift.Core

/// What is known of the objects in one bin of redshift. Numbers are NaN where the bin is empty.
type Bin =
    {
        /// Lower edge, included.
        Lo: float
        /// Upper edge, excluded but in the last bin.
        Hi: float
        /// Objects in the bin.
        N: int
        /// Share of all scored objects, 0 to 100.
        Percent: float
        /// Mean of z_phot - z_spec.
        MeanError: float
        /// Standard deviation of z_phot - z_spec, divisor n (ddof 0).
        StdError: float
        /// Mean |z_phot - z_spec|.
        Mae: float
        /// 1.4826 median |Delta - median Delta|.
        Nmad: float
        /// Mean Delta.
        BiasMean: float
        /// Share with |Delta| > 0.15, 0 to 1.
        Outlier015: float
        /// Bootstrap interval of `MeanError`; none of fewer than two objects.
        MeanErrorInterval: (float * float) option
    }

/// Tables by bins of redshift.
module Bins =

    /// Bins in a unit of redshift: they are 0.05 wide. A whole number, because k / 20 is the double nearest to an edge
    /// where k * 0.05 is not.
    let perUnit = 20

    /// More bins than this in a row would be a table of gaps: then only those with objects are listed.
    let private contiguousAtMost = 400

    let private edge (k: int64) = float k / float perUnit

    /// The number k of the bin [k / 20, (k + 1) / 20) that holds z.
    let internal indexOf (z: float) : int64 =
        let k = int64 (floor (z * float perUnit))

        if z < edge k then k - 1L
        elif z >= edge (k + 1L) then k + 1L
        else k

    /// The bins' numbers from the least to the greatest value, and each value's. A greatest value that is itself an edge
    /// closes the bin below it.
    let internal assign (values: float[]) : int64[] * int64[] =
        if Array.isEmpty values then
            [||], [||]
        else
            let top = Array.max values
            let last = indexOf top
            let first = indexOf (Array.min values)
            let last = if last > first && edge last = top then last - 1L else last
            let each = values |> Array.map (fun z -> min last (indexOf z))

            let listed =
                if last - first < int64 contiguousAtMost then
                    [| first..last |]
                else
                    each |> Array.distinct |> Array.sort

            listed, each

    let private bin options stream total (sample: Sample) k (positions: int[]) =
        let inside = Sample.subset positions sample
        let errors = Array.map2 (-) inside.Predicted inside.Truth

        { Lo = edge k
          Hi = edge (k + 1L)
          N = inside.Count
          Percent = 100.0 * float inside.Count / float total
          MeanError = ArrayStatistics.Mean errors
          StdError = ArrayStatistics.PopulationStandardDeviation errors
          Mae = Metrics.mae.Score inside
          Nmad = Metrics.normalisedMad.Score inside
          BiasMean = Metrics.biasMean.Score inside
          Outlier015 = Metrics.outlier015.Score inside
          MeanErrorInterval = Bootstrap.ofMean options stream errors }

    let private table options (table: uint64) (values: float[]) (sample: Sample) =
        let listed, each = assign values
        let positions = Array.indexed each |> Array.groupBy snd |> dict

        listed
        |> Array.mapi (fun i k ->
            let stream = (table <<< 16) ||| uint64 (i + 1)

            match positions.TryGetValue k with
            | true, inside -> bin options stream sample.Count sample k (Array.map fst inside)
            | false, _ -> bin options stream sample.Count sample k [||])

    /// Bins of 0.05 by true redshift, half-open [lo, hi), the last closed, from the least to the greatest; none of no
    /// objects.
    let byTrue (options: BootstrapOptions) (sample: Sample) : Bin[] = table options 1UL sample.Truth sample

    /// The same by predicted redshift.
    let byPredicted (options: BootstrapOptions) (sample: Sample) : Bin[] = table options 2UL sample.Predicted sample

    /// An interval as `[low, high]`, or null.
    let internal writeInterval (interval: (float * float) option) : JsonValue =
        interval
        |> Json.option (fun (low, high) -> Json.list [ Json.float low; Json.float high ])

    let internal write (bin: Bin) : JsonValue =
        Json.object
            [ "lo", Json.float bin.Lo
              "hi", Json.float bin.Hi
              "n", Json.int bin.N
              "percent", Json.float bin.Percent
              "mean_error", Json.float bin.MeanError
              "std_error", Json.float bin.StdError
              "mae", Json.float bin.Mae
              "nmad", Json.float bin.Nmad
              "bias_mean", Json.float bin.BiasMean
              "outlier_0.15", Json.float bin.Outlier015
              "mean_error_interval", writeInterval bin.MeanErrorInterval ]
