namespace Redshift.Core.Evaluation

open MathNet.Numerics.Statistics
open Redshift.Core
open Redshift.Core.Frames

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

    let private bin options stream total (sample: Sample) k (positions: int[]) =
        let inside = Sample.subset positions sample
        let errors = Array.map2 (-) inside.Predicted inside.Truth

        { Lo = RedshiftBins.edge k
          Hi = RedshiftBins.edge (k + 1L)
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
        let listed, each = RedshiftBins.assign values
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
